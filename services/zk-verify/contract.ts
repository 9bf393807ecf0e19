import { contract, operation } from '@ron/kernel/contract/contract'
import { count, duration, flag, list, section, text } from '@ron/kernel/contract/settings'
import { Type } from 'typebox'

const Fields = { additionalProperties: false }
const CircuitId = Type.String({ pattern: '^[A-Za-z0-9._:-]+$', maxLength: 64 })
const Name = Type.String({ maxLength: 128 })
const Sentence = Type.String({ maxLength: 600 })
/** 32 bytes, big-endian, in hex. */
const Input = Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 })
/** Digits, or `0x` and hex; below r. */
const Inputs = Type.Array(
  Type.Object({ input: Type.String({ maxLength: 32 }), value: Type.String({ maxLength: 80 }) }, Fields),
  { maxItems: 16 },
)
/** 16 to 64 bytes in hex. */
const Nonce = Type.String({ pattern: '^([0-9a-f]{2}){16,64}$', maxLength: 128 })

const Count = Type.Integer({ minimum: 0 })
/** How many fell into each bucket and into none before it; the last is above all bounds. */
const Spread = Type.Object(
  {
    bounds: Type.Array(Type.Number(), { maxItems: 16 }),
    counts: Type.Array(Count, { maxItems: 17 }),
    sum: Type.Number(),
  },
  Fields,
)
const SelfTests = Type.Object(
  {
    circuits: Type.Array(
      Type.Object(
        { circuit: CircuitId, ok: Type.Boolean(), because: Sentence, at_ms: Type.Integer({ minimum: 0 }) },
        Fields,
      ),
      { maxItems: 16 },
    ),
  },
  Fields,
)

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
    noncesMax: count({
      default: 4_096,
      minimum: 16,
      maximum: 65_536,
      doc: 'Most nonces that are given out and not spent; past it the tenant with the most gets 429.',
    }),
    nonceTtlMs: duration({
      default: '60s',
      minimum: '1s',
      maximum: '10m',
      doc: 'How long a nonce for a proof is good.',
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
                /** Those that a `zk` caveat has to pin. */
                pinned: Type.Array(Name, { maxItems: 16 }),
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
    nonce: operation({
      summary: 'Gives out a nonce for the proofs of one request whose capability asks for some.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: Type.Object(
        {
          /** 16 bytes in hex, good once and for the tenant that asked. */
          nonce: Type.String({ maxLength: 32 }),
          /** Whom the proofs have to be made for. */
          verifier: Type.String({ maxLength: 4096 }),
          expires_in_ms: Type.Integer({ minimum: 0 }),
        },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: ['NotEnabled', 'Busy'],
      timeoutMs: 1_000,
      door: {
        verb: 'zk.nonce',
        code: 3,
        http: { route: 'POST /zk/nonces', status: 201, requestHeaders: {}, responseHeaders: {} },
      },
    }),
    admit: operation({
      summary: 'Spends a nonce and verifies the proofs that answer it, for the wall.',
      request: Type.Object(
        {
          nonce: Type.String({ maxLength: 32 }),
          /** The proofs themselves are the body, one behind the other. */
          proofs: Type.Array(
            Type.Object(
              {
                circuit: CircuitId,
                pins: Inputs,
                inputs: Inputs,
                bytes: Type.Integer({ minimum: 0 }),
              },
              Fields,
            ),
            { maxItems: 4 },
          ),
        },
        Fields,
      ),
      requestBody: 'bytes',
      response: Type.Object(
        {
          admitted: Type.Boolean(),
          /** Why not, and which proof it is about; none where it is about the nonce. */
          at: Type.Optional(Type.Integer({ minimum: 0 })),
          rule: Type.Optional(Type.String({ maxLength: 32 })),
          reason: Type.Optional(Sentence),
          fix: Type.Optional(Sentence),
        },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: ['NotEnabled', 'Busy', 'Timeout'],
      timeoutMs: 5_000,
      door: null,
    }),
    watch: operation({
      summary: 'Tells how the self-test of each circuit ended, now and after every further one.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: Type.Object({}, Fields),
      responseBody: 'none',
      events: SelfTests,
      refusals: [],
      timeoutMs: 5_000,
      door: null,
    }),
    selfTest: operation({
      summary:
        'Tests every circuit again with a proof that is good and one that is not; one that fails is closed.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: SelfTests,
      responseBody: 'none',
      events: null,
      refusals: ['NotEnabled'],
      timeoutMs: 10_000,
      door: null,
    }),
    report: operation({
      summary: 'What a scrape asks for: verdicts, batches and what waits, by circuit.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: Type.Object(
        {
          nonces: Count,
          circuits: Type.Array(
            Type.Object(
              {
                circuit: CircuitId,
                waiting: Count,
                accepted: Count,
                rejected: Type.Array(
                  Type.Object({ reason: Type.String({ maxLength: 16 }), count: Count }, Fields),
                  { maxItems: 16 },
                ),
                batch_sizes: Spread,
                batch_seconds: Spread,
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
      refusals: [],
      timeoutMs: 500,
      door: null,
    }),
  },
})
