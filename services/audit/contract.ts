import { actKinds, actLengths, actOutcomes } from '@ron/kernel/contract/acts'
import { contract, operation } from '@ron/kernel/contract/contract'
import { bytes, section } from '@ron/kernel/contract/settings'
import { Type } from 'typebox'

const Fields = { additionalProperties: false }
const Size = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
/** The base64 of 32 bytes. */
const Hash = Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$', maxLength: 44 })
/** 32 bytes in hex. */
const Scalar = Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 })
/** At most one hash for each doubling of the tree, and one more. */
const Proof = Type.Array(Hash, { maxItems: 64 })
const Level = Type.Integer({ minimum: 0, maximum: 63 })
const Width = Type.Integer({ minimum: 1, maximum: 256 })

/** `Act` of `contract/acts.ts` with its time. */
const act = Type.Object(
  {
    at_ms: Type.Number({ minimum: 0 }),
    kind: Type.Enum([...actKinds]),
    outcome: Type.Enum([...actOutcomes]),
    subject: Type.String({ maxLength: actLengths.subject }),
    tenant: Type.String({ pattern: '^[0-9a-f]{32}$', maxLength: 32 }),
    trace_id: Type.String({ pattern: '^[0-9a-f]{32}$', maxLength: 32 }),
    verb: Type.Optional(Type.String({ maxLength: actLengths.verb })),
    target: Type.String({ maxLength: actLengths.target }),
    rule: Type.Optional(Type.String({ maxLength: actLengths.rule })),
    code: Type.Optional(Type.String({ maxLength: actLengths.code })),
    count: Type.Optional(Type.Integer({ minimum: 2, maximum: Number.MAX_SAFE_INTEGER })),
  },
  Fields,
)

export const audit = contract({
  name: 'audit',
  summary: 'Keeps the record of governed acts, as a Merkle log that tools of others can check.',
  need: 'optional',
  inbox: { capacity: 256, concurrency: 16 },
  config: section({
    journalBytesMax: bytes({
      default: '64MiB',
      minimum: '64KiB',
      maximum: '1GiB',
      change: 'process',
      doc: 'Most memory for the audit log; when it is full, privileged acts are refused with 507.',
    }),
  }),
  state: { journal: 'journalBytesMax', blobs: null, stamps: false },
  uses: {},
  oap: 0x0304,
  operations: {
    append: operation({
      summary: 'Records acts, all of them or none; acts that were recorded before are not recorded again.',
      request: Type.Object(
        {
          /** How many acts the sender has had recorded before these. */
          number: Size,
          acts: Type.Array(act, { minItems: 1, maxItems: 256 }),
        },
        Fields,
      ),
      requestBody: 'none',
      response: Type.Object({ size: Size }, Fields),
      responseBody: 'none',
      events: null,
      refusals: ['Full'],
      timeoutMs: 1_000,
      door: null,
    }),
    restore: operation({
      summary:
        'Puts back entries that were in the log before this process, in order, before anything is recorded.',
      request: Type.Object({ first: Size }, Fields),
      requestBody: 'bytes',
      response: Type.Object({ size: Size }, Fields),
      responseBody: 'none',
      events: null,
      refusals: ['Conflict', 'Full'],
      timeoutMs: 5_000,
      door: null,
    }),
    head: operation({
      summary: 'Tells size and root of the log, and proves that it only grew since it had `from` entries.',
      request: Type.Object({ from: Size }, Fields),
      requestBody: 'none',
      response: Type.Object(
        {
          size: Size,
          root: Hash,
          proof: Proof,
          /** How many acts of its sender are in it. */
          number: Size,
          bytes: Size,
          bytes_max: Size,
        },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: ['NotFound'],
      timeoutMs: 1_000,
      door: null,
    }),
    tile: operation({
      summary: 'Reads a tile of the tree: up to 256 hashes.',
      request: Type.Object({ level: Level, index: Size, width: Width }, Fields),
      requestBody: 'none',
      response: Type.Object({}, Fields),
      responseBody: 'bytes',
      events: null,
      refusals: ['NotFound'],
      timeoutMs: 1_000,
      door: null,
    }),
    entries: operation({
      summary: 'Reads a bundle of up to 256 entries, each after its length in two bytes.',
      request: Type.Object({ index: Size, width: Width }, Fields),
      requestBody: 'none',
      response: Type.Object({}, Fields),
      responseBody: 'bytes',
      events: null,
      refusals: ['NotFound'],
      timeoutMs: 1_000,
      door: null,
    }),
    tail: operation({
      summary: 'Reads up to `limit` entries from `from` on, or without it the last ones, in one bundle.',
      request: Type.Object(
        { from: Type.Optional(Size), limit: Type.Integer({ minimum: 1, maximum: 256 }) },
        Fields,
      ),
      requestBody: 'none',
      response: Type.Object({ first: Size, size: Size }, Fields),
      responseBody: 'bytes',
      events: null,
      refusals: [],
      timeoutMs: 1_000,
      door: null,
    }),
    prove: operation({
      summary: 'Proves that entry `index` is in the log as it was at `size` entries.',
      request: Type.Object({ index: Size, size: Size }, Fields),
      requestBody: 'none',
      response: Type.Object({ leaf: Hash, root: Hash, proof: Proof }, Fields),
      responseBody: 'none',
      events: null,
      refusals: ['NotFound'],
      timeoutMs: 1_000,
      door: null,
    }),
    place: operation({
      summary: 'Tells where entry `index` lies in the tree that inclusion is proven in without saying where.',
      request: Type.Object({ index: Size, size: Size }, Fields),
      requestBody: 'none',
      response: Type.Object(
        {
          /** RFC 6962's hash of the entry: what the event is known by. */
          event: Scalar,
          root: Scalar,
          /** The first entry of that tree. */
          first: Size,
          /** Within the tree. */
          index: Size,
          /** For each level from the leaves up, the other one of two. */
          others: Type.Array(Scalar, { maxItems: 14 }),
        },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: ['NotFound', 'Busy'],
      timeoutMs: 2_000,
      door: null,
    }),
  },
})
