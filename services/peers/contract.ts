import { contract, operation } from '@ron/kernel/contract/contract'
import { bytes, count, duration, list, section } from '@ron/kernel/contract/settings'
import { Type } from 'typebox'
import { mailbox } from '../mailbox/contract.ts'
import { registry } from '../registry/contract.ts'
import { storage } from '../storage/contract.ts'
import { Address, Because, Count, Fields, NodeId, Nonce, Peer, Side, Signature, Topic } from './schemas.ts'

const none = { requestHeaders: {}, responseHeaders: {} } as const
const registered = registry.operations.register.request.properties
const forward = { peer: Peer, topic: Topic, to: Topic }

export const peers = contract({
  name: 'peers',
  summary: 'Links with other nodes: fetches objects from them and forwards topics to them.',
  need: 'optional',
  inbox: { capacity: 256, concurrency: 32, subscriptions: 4 },
  config: section({
    links: list(Type.String({ maxLength: 4096 }), {
      default: [],
      maxItems: 16,
      change: 'process',
      doc: 'Peers to link with, each “name http://host:port node-id token-file”; none connects nowhere.',
    }),
    accept: list(Type.String({ maxLength: 64 }), {
      default: [],
      maxItems: 64,
      change: 'process',
      doc: 'Ids of nodes that may link with this one although it does not link with them.',
    }),
    requestMs: duration({
      default: '5s',
      minimum: '100ms',
      maximum: '1m',
      doc: 'How long a peer may take to answer a request.',
    }),
    meetEveryMs: duration({
      default: '5s',
      minimum: '100ms',
      maximum: '5m',
      doc: 'How often a peer proves anew who it is; a link that fails to is down.',
    }),
    backoffBaseMs: duration({
      default: '100ms',
      minimum: '1ms',
      maximum: '1m',
      doc: 'Longest first wait before a link that is down is tried again; it doubles.',
    }),
    backoffMaxMs: duration({
      default: '30s',
      minimum: '10ms',
      maximum: '1h',
      doc: 'Longest wait before a link that is down is tried again.',
    }),
    forwardsMax: count({
      default: 64,
      minimum: 1,
      maximum: 1_024,
      doc: 'Topics that are forwarded at one time; a further one is refused with 507.',
    }),
    windowMax: count({
      default: 8,
      minimum: 1,
      maximum: 64,
      doc: 'Messages of one forwarded topic on their way at one time.',
    }),
    leaseMs: duration({
      default: '1m',
      minimum: '1s',
      maximum: '12h',
      doc: 'How long a message on its way is leased from its topic; after that it is taken anew.',
    }),
    // Twice what the most forwards take in words, so that the next record always fits.
    journalBytesMax: bytes({
      default: '4MiB',
      minimum: '4MiB',
      maximum: '64MiB',
      change: 'process',
      doc: 'Most memory for the forwards that a restarted thread goes on with.',
    }),
  }),
  state: { journal: 'journalBytesMax', blobs: null, stamps: false },
  uses: { mailbox, registry, storage },
  oap: 0x0306,
  operations: {
    greet: operation({
      summary: 'Begins a meeting: tells who dials, and proves that it is this node that answers.',
      request: Type.Object({ ...registered, nonce: Nonce }, Fields),
      requestBody: 'none',
      response: Type.Object({ ...registered, nonce: Nonce, proof: Signature }, Fields),
      responseBody: 'none',
      events: null,
      refusals: ['PolicyDenied', 'Conflict', 'Full'],
      timeoutMs: 5_000,
      door: { verb: 'peers.meet', code: 1, http: { ...none, route: 'POST /peers/greet', status: 200 } },
    }),
    prove: operation({
      summary: 'Ends a meeting: proves to the node that was greeted that it is the one it said.',
      request: Type.Object({ node: NodeId, nonce: Nonce, proof: Signature }, Fields),
      requestBody: 'none',
      response: Type.Object({}, Fields),
      responseBody: 'none',
      events: null,
      refusals: ['PolicyDenied', 'Conflict'],
      timeoutMs: 5_000,
      door: { verb: 'peers.meet', code: 2, http: { ...none, route: 'POST /peers/prove', status: 204 } },
    }),
    fetch: operation({
      summary:
        'Brings content here from a peer, once it hashes to its address; nothing for what is here already.',
      request: Type.Object({ peer: Peer, address: Address }, Fields),
      requestBody: 'none',
      response: Type.Object(
        { outcome: Type.Enum(['fetched', 'known']), address: Address, bytes: Count },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: ['NotFound', 'IntegrityFail', 'Unavailable', 'Full', 'TooLarge'],
      timeoutMs: 60_000,
      door: {
        verb: 'peers.fetch',
        code: 3,
        http: {
          ...none,
          route: 'POST /peers/:peer/objects/:address',
          status: { field: 'outcome', of: { fetched: 201, known: 200 } },
        },
      },
    }),
    forward: operation({
      summary: 'Forwards a topic to a peer: every message in it is sent there and then acknowledged here.',
      request: Type.Object({ peer: Peer, topic: Topic, to: Type.Optional(Topic) }, Fields),
      requestBody: 'none',
      response: Type.Object({ outcome: Type.Enum(['created', 'unchanged']), ...forward }, Fields),
      responseBody: 'none',
      events: null,
      refusals: ['NotFound', 'Conflict', 'Full'],
      timeoutMs: 2_000,
      door: {
        verb: 'peers.admin',
        code: 4,
        http: {
          ...none,
          route: 'PUT /peers/:peer/forwards/*topic',
          status: { field: 'outcome', of: { created: 201, unchanged: 200 } },
        },
      },
    }),
    unforward: operation({
      summary: 'No longer forwards a topic to a peer; what was not sent stays in the topic.',
      request: Type.Object({ peer: Peer, topic: Topic }, Fields),
      requestBody: 'none',
      response: Type.Object({}, Fields),
      responseBody: 'none',
      events: null,
      refusals: ['NotFound', 'Full'],
      timeoutMs: 2_000,
      door: {
        verb: 'peers.admin',
        code: 5,
        http: { ...none, route: 'DELETE /peers/:peer/forwards/*topic', status: 204 },
      },
    }),
    list: operation({
      summary:
        'Lists the links of this node, the nodes that linked with it, and the topics that the caller forwards.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: Type.Object(
        {
          links: Type.Array(
            Type.Object(
              {
                peer: Peer,
                node: NodeId,
                url: Type.String({ maxLength: 4096 }),
                up: Type.Boolean(),
                /** Why it is down. */
                because: Type.Optional(Because),
                /** Requests that the peer has answered, and how long the last ones took, in microseconds. */
                hops: Count,
                hop_p50_us: Count,
                hop_p99_us: Count,
              },
              Fields,
            ),
            { maxItems: 16 },
          ),
          /** Nodes that proved themselves here, and when they last did, in milliseconds since the Unix epoch. */
          met: Type.Array(Type.Object({ node: NodeId, at_ms: Count }, Fields), { maxItems: 80 }),
          forwards: Type.Array(
            Type.Object(
              {
                ...forward,
                sent: Count,
                /** Of these, such that the peer had before. */
                repeated: Count,
                /** Given back to the topic, because the peer would not have them. */
                failed: Count,
              },
              Fields,
            ),
            { maxItems: 1_024 },
          ),
        },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: [],
      timeoutMs: 1_000,
      door: { verb: 'peers.read', code: 6, http: { ...none, route: 'GET /peers', status: 200 } },
    }),
    attend: operation({
      summary: 'Asks the kernel for what only it has: signatures of the node, and the tokens of its links.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: Type.Object({}, Fields),
      responseBody: 'none',
      events: Type.Object(
        {
          id: Count,
          want: Type.Enum(['node', 'proof', 'token', 'nothing']),
          /** Whose token is wanted, or whose times these are. */
          peer: Type.Optional(Peer),
          side: Type.Optional(Side),
          other: Type.Optional(NodeId),
          dial_nonce: Type.Optional(Nonce),
          answer_nonce: Type.Optional(Nonce),
          /** How long requests to the peer took. */
          micros: Type.Optional(Type.Array(Count, { maxItems: 256 })),
        },
        Fields,
      ),
      refusals: [],
      timeoutMs: 5_000,
      door: null,
    }),
    answer: operation({
      summary: 'Gives what was asked for, or says why not.',
      request: Type.Object(
        {
          id: Count,
          text: Type.Optional(Type.String({ maxLength: 65_536 })),
          because: Type.Optional(Because),
        },
        Fields,
      ),
      requestBody: 'none',
      response: Type.Object({}, Fields),
      responseBody: 'none',
      events: null,
      refusals: [],
      timeoutMs: 1_000,
      door: null,
    }),
  },
})
