/**
 * A subscription over HTTP: server-sent events (WHATWG HTML §9.2). The stream opens with the first event, or
 * once the service has not refused for a moment, so a refusal still has its own status. The client's pace
 * holds back the service; a comment now and then keeps proxies from closing a quiet stream.
 */

import type { Answer } from '@ron/kernel/ports/dispatch'
import type { Fields } from '@ron/kernel/ports/port'
import type { Exchange, Header, ResponseStream } from '../listener/listener.ts'
import type { Front } from './front.ts'

const openAfterMs = 100
const heartbeatMs = 15_000
const encoder = new TextEncoder()

/** Resolves with the status when the subscription has ended; rejects while nothing has been sent. */
export async function streamEvents(
  { clock, log }: Pick<Front, 'clock' | 'log'>,
  exchange: Exchange,
  headers: readonly Header[],
  subscribe: (onEvent: (fields: Fields) => Promise<void>) => Promise<Answer>,
): Promise<number> {
  let stream: ResponseStream | null = null
  let cancel = clock.after(openAfterMs, () => void open())

  const open = () => {
    if (stream !== null) return stream
    stream = exchange.openStream(200, [
      ...headers,
      ['content-type', 'text/event-stream'],
      ['cache-control', 'no-store'],
    ])
    stream.write(encoder.encode(': open\n\n'))
    beat(stream)
    return stream
  }
  const beat = (opened: ResponseStream) => {
    cancel()
    cancel = clock.after(heartbeatMs, () => {
      opened.write(encoder.encode(': still here\n\n'))
      beat(opened)
    })
  }

  try {
    await subscribe(async (fields) => {
      const opened = open()
      const kind = typeof fields['kind'] === 'string' ? fields['kind'] : 'message'
      const text = `event: ${kind}\ndata: ${JSON.stringify(fields)}\n\n`
      if (!opened.write(encoder.encode(text))) await opened.drained()
    })
  } catch (thrown) {
    if (stream === null) throw thrown
    log.debug('a subscription ended', { because: thrown instanceof Error ? thrown.message : String(thrown) })
  } finally {
    cancel()
  }
  open().end()
  return 200
}
