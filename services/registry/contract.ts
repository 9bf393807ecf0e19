import { contract, operation } from '@ron/kernel/contract/contract'
import { bytes, count, duration, section } from '@ron/kernel/contract/settings'
import { Type } from 'typebox'
import { Descriptor, Fields, Kind, Name, NodeId, Seq, Signature, Time } from './schemas.ts'

const none = { requestHeaders: {}, responseHeaders: {} } as const
const signed = Type.Object({ node: NodeId, name: Name, descriptor: Descriptor, signature: Signature }, Fields)

export const registry = contract({
  name: 'registry',
  summary: 'Knows nodes and services by id and by name, each by a descriptor that its own key signed.',
  need: 'optional',
  inbox: { capacity: 1024, concurrency: 64 },
  config: section({
    entriesMax: count({
      default: 4096,
      minimum: 1,
      maximum: 65_536,
      doc: 'Most nodes and services registered at one time; a further one is refused with 507.',
    }),
    bytesMax: bytes({
      default: '16MiB',
      minimum: '64KiB',
      maximum: '256MiB',
      doc: 'Most that all descriptors may have together; more is refused with 507.',
    }),
    descriptorBytesMax: bytes({
      default: '16KiB',
      minimum: '1KiB',
      maximum: '64KiB',
      doc: 'Most that one descriptor may have with its signature.',
    }),
    ttlMaxMs: duration({
      default: '1d',
      minimum: '1m',
      maximum: '30d',
      doc: 'Longest that a descriptor may be good, from its issue to its end.',
    }),
    // What is kept, twice while a snapshot is taken, and what comes in between.
    journalBytesMax: bytes({
      default: '64MiB',
      minimum: '1MiB',
      maximum: '1GiB',
      change: 'process',
      doc: 'Most memory for the journal that a restarted thread goes on with.',
    }),
  }),
  state: { journal: 'journalBytesMax', blobs: null, stamps: false },
  uses: {},
  oap: 0x0305,
  operations: {
    register: operation({
      summary:
        'Registers a node or service under its key, in place of an earlier descriptor of that key. Repeating changes nothing.',
      request: Type.Object({ node: NodeId, descriptor: Descriptor, signature: Signature }, Fields),
      requestBody: 'none',
      response: Type.Object(
        {
          outcome: Type.Enum(['created', 'replaced', 'unchanged']),
          node: NodeId,
          name: Name,
          expires_ms: Time,
          seq: Seq,
        },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: ['Conflict', 'Full'],
      timeoutMs: 2_000,
      door: {
        verb: 'registry.write',
        code: 1,
        http: {
          ...none,
          route: 'PUT /registry/nodes/:node',
          status: { field: 'outcome', of: { created: 201, replaced: 200, unchanged: 200 } },
        },
      },
    }),
    get: operation({
      summary: 'Finds a node or service by its id.',
      request: Type.Object({ node: NodeId }, Fields),
      requestBody: 'none',
      response: signed,
      responseBody: 'none',
      events: null,
      refusals: ['NotFound'],
      timeoutMs: 1_000,
      door: {
        verb: 'registry.read',
        code: 2,
        http: { ...none, route: 'GET /registry/nodes/:node', status: 200 },
      },
    }),
    resolve: operation({
      summary: 'Finds a node or service by its name, in whatever spelling.',
      request: Type.Object({ name: Name }, Fields),
      requestBody: 'none',
      response: signed,
      responseBody: 'none',
      events: null,
      refusals: ['NotFound'],
      timeoutMs: 1_000,
      door: {
        verb: 'registry.read',
        code: 3,
        http: { ...none, route: 'GET /registry/names/:name', status: 200 },
      },
    }),
    list: operation({
      summary: 'Lists who is registered, in the order of their ids.',
      request: Type.Object(
        {
          after: Type.Optional(NodeId),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
        },
        Fields,
      ),
      requestBody: 'none',
      response: Type.Object(
        {
          items: Type.Array(
            Type.Object({ node: NodeId, name: Name, kind: Kind, expires_ms: Time, seq: Seq }, Fields),
            { maxItems: 1_000 },
          ),
          /** Ask for those after this one; absent at the end. */
          next: Type.Optional(NodeId),
        },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: [],
      timeoutMs: 1_000,
      door: {
        verb: 'registry.read',
        code: 4,
        http: { ...none, route: 'GET /registry/nodes', status: 200 },
      },
    }),
    remove: operation({
      summary: 'Takes a node or service out of the registry; it may register again.',
      request: Type.Object({ node: NodeId }, Fields),
      requestBody: 'none',
      response: Type.Object({}, Fields),
      responseBody: 'none',
      events: null,
      refusals: ['NotFound'],
      timeoutMs: 1_000,
      door: {
        verb: 'registry.admin',
        code: 5,
        http: { ...none, route: 'DELETE /registry/nodes/:node', status: 204 },
      },
    }),
  },
})
