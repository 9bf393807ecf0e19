/** A small service, and what a node that has it says of itself in HELLO, for tests of the surfaces. */

import { contract, operation } from '@ron/kernel/contract/contract'
import { Type } from 'typebox'
import type { HelloReply } from '../oap/hello.ts'

const closed = { additionalProperties: false }
const none = { requestHeaders: {}, responseHeaders: {} }
const plainOperation = {
  requestBody: 'none',
  responseBody: 'none',
  events: null,
  refusals: [],
  timeoutMs: 1_000,
} as const

export const things = contract({
  name: 'things',
  summary: 'Things.',
  need: 'required',
  inbox: { capacity: 1, concurrency: 1 },
  config: Type.Object({}, closed),
  state: null,
  uses: {},
  oap: 1,
  operations: {
    get: operation({
      ...plainOperation,
      summary: 'Reads.',
      request: Type.Object({ name: Type.String(), n: Type.Optional(Type.Integer()) }, closed),
      response: Type.Object({ said: Type.String() }, closed),
      door: { verb: 'things.read', code: 1, http: { ...none, route: 'GET /things/*name', status: 200 } },
    }),
    put: operation({
      ...plainOperation,
      summary: 'Writes.',
      request: Type.Object({ name: Type.String() }, closed),
      requestBody: 'bytes',
      response: Type.Object({ said: Type.String() }, closed),
      door: { verb: 'things.write', code: 2, http: { ...none, route: 'PUT /things/*name', status: 201 } },
    }),
    hidden: operation({
      ...plainOperation,
      summary: 'For peers.',
      request: Type.Object({}, closed),
      response: Type.Object({}, closed),
      door: null,
    }),
  },
})

export const conversationLimits = {
  bodyBytesMax: 100_000,
  chunkBytesMax: 65_536,
  inflatedBytesMax: 1_000_000,
  decompressRatioMax: 10,
  inFlightMax: 8,
}

export function helloOf(pq: HelloReply['pq']): HelloReply {
  const { bodyBytesMax, chunkBytesMax, inFlightMax, decompressRatioMax } = conversationLimits
  return {
    ...{ frameBytesMax: bodyBytesMax, chunkBytesMax, inFlightMax, decompressRatioMax },
    ...{ transports: ['ws'], server: 'test', pq, protocols: {} },
  }
}
