/** OAP/1 over `POST /oap` (OAP/1 §5): request frames in the body, answer frames in the response. */

import { Refusal } from '@ron/kernel/contract/refusals'
import { parseCoding } from '../inflate/inflate.ts'
import { headerValues } from '../listener/headers.ts'
import type { Exchange } from '../listener/listener.ts'
import { concatBytes } from '../oap/bytes.ts'
import type { HelloReply } from '../oap/hello.ts'
import type { Sealing } from '../session/sealing.ts'
import { atEdge, counted } from './counting.ts'
import type { Front } from './front.ts'
import type { PlainRoute } from './http-gateway.ts'
import type { OperationTable } from './oap-connection.ts'
import type { OapCarrier } from './oap-sender.ts'
import { conversation } from './sealed-conversation.ts'
import { bearerOf } from './token.ts'

export const oapMediaType = 'application/oap'

/** Most that the answers of one POST may hold together. */
const answerBytesMax = 16 * 2 ** 20

export function oapPost(
  front: Front,
  table: OperationTable,
  hello: HelloReply,
  sealing: Sealing | null = null,
): PlainRoute {
  return {
    route: 'POST /oap',
    async handle(exchange, correlation) {
      const body = await atEdge(front.meter, () => readFrames(exchange, front.limits.bodyBytesMax))
      const answers: Uint8Array[] = []
      let bytes = 0
      const carrier: OapCarrier = {
        peer: exchange.peer,
        client: exchange.client,
        token: bearerOf(exchange),
        correlation,
        lasting: false,
        send(...frame) {
          const whole = concatBytes(frame)
          bytes += whole.length
          answers.push(whole)
          return bytes <= answerBytesMax
        },
        room: async () => {},
        close: () => {},
        revoked: () => {},
      }
      const connection = conversation(front, table, hello, carrier, sealing)
      exchange.onAbort(() => connection.end())
      if (!connection.push(body)) {
        throw counted(front.meter, new Refusal('BadRequest', 'the body ends inside a frame'))
      }
      await connection.settled()
      if (bytes > answerBytesMax) {
        throw new Refusal(
          'TooLarge',
          `the answers are over ${answerBytesMax} bytes together; ask for fewer at once`,
        )
      }
      return { status: 200, headers: [['content-type', oapMediaType]], body: concatBytes(answers) }
    },
  }
}

/** The body as it came. Its frames say who asks, so a body that had to be inflated first would be, for anybody. */
async function readFrames(exchange: Exchange, bytesMax: number): Promise<Uint8Array> {
  if (mediaType(exchange) !== oapMediaType) {
    throw new Refusal('UnsupportedMedia', `POST /oap takes Content-Type: ${oapMediaType}`)
  }
  if (parseCoding(headerValues(exchange.headers, 'content-encoding').join(', ')) !== 'identity') {
    throw new Refusal('UnsupportedMedia', 'POST /oap takes no Content-Encoding; compress payloads with COMP')
  }
  return exchange.readBody(bytesMax)
}

function mediaType({ headers }: Exchange): string {
  const [type = ''] = (headerValues(headers, 'content-type')[0] ?? '').split(';')
  return type.trim().toLowerCase()
}
