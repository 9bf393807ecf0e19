/** State for the three services that keep some: so many records each, and whether they are still there. */

import { SDK } from '@ron/app-sdk'
import type { Server } from './child.ts'
import { inTurns } from './in-turns.ts'
import { putObject } from './put-object.ts'

const atOnce = 32
const topics = 16
const docsPerRequest = 500

export interface Filling {
  readonly service: string
  readonly name: string
  fill(server: Server): Promise<void>
  /** Asked after the last kill. */
  kept(server: Server): Promise<boolean>
}

export function fillings(records: number): readonly Filling[] {
  const count = records.toLocaleString('en')
  return [
    {
      service: 'storage',
      name: `storage with ${count} objects`,
      fill: (server) => inTurns(records, atOnce, (nth) => putObject(server, `r/${nth}`, `r/${nth}`)),
      kept: async ({ url, token }) => {
        const headers = { authorization: `Bearer ${token}` }
        const response = await fetch(`${url}/objects/r/0`, { headers })
        return response.ok && (await response.text()) === 'r/0'
      },
    },
    {
      service: 'mailbox',
      name: `mailbox with ${count} messages`,
      fill: (server) => withSdk(server, (sdk) => inTurns(records, atOnce, (nth) => send(sdk, nth))),
      kept: (server) =>
        withSdk(server, async (sdk) => {
          const { messages } = await sdk.mailbox.recv({ topic: 'restarts/0', max_messages: 1 })
          return messages.length === 1
        }),
    },
    {
      service: 'index',
      name: `index with ${count} documents`,
      fill: (server) =>
        withSdk(server, async (sdk) => {
          for (let first = 0; first < records; first += docsPerRequest)
            await putDocs(sdk, first, Math.min(docsPerRequest, records - first))
        }),
      kept: (server) =>
        withSdk(server, async (sdk) => {
          const { results } = await sdk.search.search({ q: `word${records - 1}` })
          return results.some(({ id }) => id === `doc${records - 1}`)
        }),
    },
  ]
}

async function withSdk<Result>({ url, token }: Server, use: (sdk: SDK) => Promise<Result>): Promise<Result> {
  const sdk = new SDK({ baseUrl: url, cap: token, carrier: 'oap' })
  try {
    return await use(sdk)
  } finally {
    sdk.close()
  }
}

function send(sdk: SDK, nth: number): Promise<unknown> {
  return sdk.mailbox.send({
    topic: `restarts/${nth % topics}`,
    idem_key: `r${nth}`,
    payload_b64: 'cmVzdGFydA==',
  })
}

/** Each with words of its own among others that all have. */
function putDocs(sdk: SDK, first: number, length: number): Promise<unknown> {
  const docs = Array.from({ length }, (_, at) => {
    const nth = first + at
    return {
      id: `doc${nth}`,
      fields: { body: `the quick brown fox number${nth % 1000} jumps over word${nth}` },
    }
  })
  return sdk.search.putDocs({ docs })
}
