import { contract, operation } from '@ron/kernel/contract/contract'
import { section } from '@ron/kernel/contract/settings'
import { Type } from 'typebox'

const Fields = { additionalProperties: false }
const CircuitId = Type.String({ pattern: '^[A-Za-z0-9._:-]+$', maxLength: 64 })

export const zkVerify = contract({
  name: 'zk-verify',
  summary: 'Verifies zero-knowledge proofs for the circuits the node was built with.',
  need: 'optional',
  inbox: { capacity: 64, concurrency: 4 },
  config: section({}),
  state: null,
  uses: {},
  oap: 0x0303,
  operations: {
    verify: operation({
      summary: 'Verifies one proof, sent as the body, for a circuit.',
      request: Type.Object({ circuit: CircuitId }, Fields),
      requestBody: 'bytes',
      response: Type.Object({ valid: Type.Boolean() }, Fields),
      responseBody: 'none',
      events: null,
      refusals: ['NotEnabled'],
      timeoutMs: 5_000,
      door: {
        verb: 'zk.verify',
        code: 1,
        http: { route: 'POST /zk/verify', status: 200, requestHeaders: {}, responseHeaders: {} },
      },
    }),
    circuits: operation({
      summary: 'Lists the circuits there are.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: Type.Object(
        { items: Type.Array(Type.Object({ circuit: CircuitId }, Fields), { maxItems: 256 }) },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: ['NotEnabled'],
      timeoutMs: 1_000,
      door: {
        verb: 'zk.read',
        code: 2,
        http: { route: 'GET /zk/circuits', status: 200, requestHeaders: {}, responseHeaders: {} },
      },
    }),
  },
})
