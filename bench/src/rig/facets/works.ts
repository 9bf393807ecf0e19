/** Kinds of work with which a node is overloaded: one that the front end answers, and two that a service does. */

import { SDK } from '@ron/app-sdk'
import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import type { Server } from '../../child.ts'
import { fixed } from '../../payload.ts'
import { putObject } from '../../put-object.ts'
import { httpRequest } from '../requests.ts'

export interface Work {
  readonly name: string
  prepare(node: Server): Promise<void>
  requests(node: Server): readonly Uint8Array[]
}

const names = 256
const contents = 4096
const docs = 10_000
const docsAtOnce = 200
const wordsPerDoc = 20
const vocabulary = 2_000
const queries = 500

export function works(seed: number): readonly Work[] {
  return [
    {
      name: 'GET 1 KiB',
      prepare: (node) => putObject(node, '1k', Uint8Array.from(fixed('1k'))),
      requests: (node) => [httpRequest(node, 'GET', '/objects/1k')],
    },
    {
      name: 'PUT 1 KiB',
      prepare: async () => {},
      requests: (node) => {
        const random = seededRandom(seed)
        return Array.from({ length: contents }, (_, at) =>
          httpRequest(node, 'PUT', `/objects/put-${at % names}`, random.bytes(1024)),
        )
      },
    },
    {
      name: 'search for two words',
      prepare: (node) => putDocs(node, seed),
      requests: (node) => {
        const word = words(seed + 1)
        return Array.from({ length: queries }, () =>
          httpRequest(node, 'GET', `/search?q=${word()}+${word()}`),
        )
      },
    },
  ]
}

async function putDocs({ url, token }: Server, seed: number): Promise<void> {
  const sdk = new SDK({ baseUrl: url, cap: token, carrier: 'oap' })
  const word = words(seed)
  try {
    for (let first = 0; first < docs; first += docsAtOnce) {
      const batch = Array.from({ length: docsAtOnce }, (_, at) => ({
        id: `doc${first + at}`,
        fields: { body: Array.from({ length: wordsPerDoc }, word).join(' ') },
      }))
      await sdk.search.putDocs({ docs: batch })
    }
  } finally {
    sdk.close()
  }
}

/** Words as they come in a text: few often, most seldom. */
function words(seed: number): () => string {
  const random = seededRandom(seed)
  return () => `word${Math.floor(vocabulary ** random.fraction())}`
}
