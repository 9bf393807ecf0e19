import { contract, operation } from '@ron/kernel/contract/contract'
import { count, duration, flag, list, section, text } from '@ron/kernel/contract/settings'
import { Type } from 'typebox'

const Fields = { additionalProperties: false }
const CircuitId = Type.String({ pattern: '^[A-Za-z0-9._:-]+$', maxLength: 64 })
const Name = Type.String({ maxLength: 128 })
const Sentence = Type.String({ maxLength: 600 })
/** 32 bytes, big-endian, in hex. */
const Input = Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 })
/** 16 to 64 bytes in hex. */
const Nonce = Type.String({ pattern: '^([0-9a-f]{2}){16,64}$', maxLength: 128 })

export const zkVerify = contract({
  name: 'zk-verify',
  summary: 'Verifies zero-knowledge proofs for the circuits that the settings name.',
  need: 'optional',
  inbox: { capacity: 1024, concurrency: 1024 },
  config: section({
    circuits: list(Type.String({ maxLength: 160 }), {
      default: [],
      maxItems: 16,
      doc: 'Circuits to verify for, as NAME@b3:HASH with the hash of the key to trust; none turns it off.',
    }),
    experimental: flag({
      default: false,
      doc: 'Lets circuits be named whose proof system is experimental, not to be relied on; see docs/STARK.md.',
    }),
    verifier: text({
      default: 'ron-node',
      doc: 'Name that proofs are made for; give nodes that must not take one another’s proofs different ones.',
    }),
    workers: count({
      default: 2,
      minimum: 1,
      maximum: 16,
      doc: 'Threads that verify, each with a batch of its own; there are none while no circuit is named.',
    }),
    batchMax: count({
      default: 32,
      minimum: 1,
      maximum: 128,
      doc: 'Most proofs that are verified together; a circuit may have a lower limit of its own.',
    }),
    batchWaitMs: duration({
      default: '3ms',
      minimum: '0ms',
      maximum: '100ms',
      doc: 'How long a proof may wait for others to be verified with it while a thread is free.',
    }),
    waitingMax: count({
      default: 512,
      minimum: 1,
      maximum: 1023,
      doc: 'Most proofs that wait, for each circuit; past it the tenant with the most waiting gets 429.',
    }),
  }),
  state: null,
  uses: {},
  oap: 0x0303,
  operations: {
    verify: operation({
      summary: 'Verifies one proof, sent as the body, of public inputs and a nonce.',
      request: Type.Object(
        {
          circuit: CircuitId,
          /** All but the binding context, which the node computes. */
          inputs: Type.Array(Input, { maxItems: 16 }),
          /** What the verifying party gave the prover for this one proof. */
          nonce: Nonce,
        },
        Fields,
      ),
      requestBody: 'bytes',
      response: Type.Object(
        {
          valid: Type.Boolean(),
          /** Why not. */
          reason: Type.Optional(
            Type.Enum(['length', 'inputs', 'range', 'infinity', 'encoding', 'point', 'equation']),
          ),
        },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: ['NotEnabled', 'NotFound', 'Busy', 'Timeout'],
      timeoutMs: 5_000,
      door: {
        verb: 'zk.verify',
        code: 1,
        http: { route: 'POST /zk/verify', status: 200, requestHeaders: {}, responseHeaders: {} },
      },
    }),
    circuits: operation({
      summary: 'Lists the circuits that proofs are verified for, and what a prover has to know of each.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: Type.Object(
        {
          verifier: Type.String({ maxLength: 4096 }),
          items: Type.Array(
            Type.Object(
              {
                circuit: CircuitId,
                summary: Sentence,
                system: Name,
                inputs: Type.Array(Name, { maxItems: 16 }),
                domain: Name,
                /** BLAKE3 of the verifying key. */
                key_hash: Name,
                /** BLAKE3 of what prover and verifier have to agree on beside it. */
                parameters_hash: Name,
                proof_bytes: Type.Integer({ minimum: 1, maximum: 1_048_576 }),
                /** Whether its proof system is not to be relied on yet. */
                experimental: Type.Boolean(),
                batch_max: Type.Integer({ minimum: 1, maximum: 128 }),
              },
              Fields,
            ),
            { maxItems: 16 },
          ),
        },
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
