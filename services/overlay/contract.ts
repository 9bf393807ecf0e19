import { contract, operation } from '@ron/kernel/contract/contract'
import { bytes, count, duration, section } from '@ron/kernel/contract/settings'
import { Type } from 'typebox'

const Fields = { additionalProperties: false }
const Peer = Type.String({
  pattern: '^[\\x21-\\x7e]+$',
  maxLength: 128,
  description: 'Who is at the other end, as the node sees it: usually an IP address',
})
const Inflight = Type.Integer({ minimum: 1, maximum: 1_000_000 })
const DelayMs = Type.Integer({ minimum: 1, maximum: 30_000 })
const RemainingMs = Type.Integer({ minimum: 1, maximum: 86_400_000 })

const limits = {
  inflight_max: Inflight,
  peer_inflight_max: Inflight,
  tenant_inflight_max: Inflight,
  peer_rate_max: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  tarpit_after: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  tarpit_window_ms: Type.Integer({ minimum: 100, maximum: 3_600_000 }),
  tarpit_base_ms: DelayMs,
  tarpit_delay_max_ms: DelayMs,
  tarpit_quiet_ms: Type.Integer({ minimum: 100, maximum: 86_400_000 }),
  delayed_max: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  peers_max: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
}
const ceilings = Type.Object(limits, Fields)
const tarpit = { peer: Peer, remaining_ms: RemainingMs, delay_ms: DelayMs }
const tarpits = Type.Array(Type.Object(tarpit, Fields), { maxItems: 1024 })

export const overlay = contract({
  name: 'overlay',
  summary: 'Owns the ceilings on what may be in flight and the tarpits for peers that keep being denied.',
  need: 'required',
  inbox: { capacity: 256, concurrency: 16 },
  config: section({
    inflightMax: count({
      default: 512,
      minimum: 1,
      maximum: 1_000_000,
      change: 'live',
      doc: 'Most requests in flight; more are refused with 429.',
    }),
    peerInflightMax: count({
      default: 256,
      minimum: 1,
      maximum: 1_000_000,
      change: 'live',
      doc: 'Most requests of one peer in flight.',
    }),
    tenantInflightMax: count({
      default: 512,
      minimum: 1,
      maximum: 1_000_000,
      change: 'live',
      doc: 'Most requests of one tenant in flight.',
    }),
    peerRateMax: count({
      default: 0,
      maximum: 1_000_000,
      change: 'live',
      doc: 'Most requests a second of one peer, with bursts of a second’s worth; 0 for no limit.',
    }),
    tarpitAfter: count({
      default: 20,
      maximum: 1_000_000,
      change: 'live',
      doc: 'Denials (401 or 403) within the window after which a peer is slowed down; 0 for never.',
    }),
    tarpitWindowMs: duration({
      default: '10s',
      minimum: '100ms',
      maximum: '1h',
      change: 'live',
      doc: 'How long denials of a peer are counted together.',
    }),
    tarpitBaseMs: duration({
      default: '50ms',
      minimum: '1ms',
      maximum: '30s',
      change: 'live',
      doc: 'How long the first delayed requests wait; every further denial doubles it.',
    }),
    tarpitDelayMaxMs: duration({
      default: '2s',
      minimum: '1ms',
      maximum: '30s',
      change: 'live',
      doc: 'The longest a request is made to wait for its peer’s denials.',
    }),
    tarpitQuietMs: duration({
      default: '30s',
      minimum: '100ms',
      maximum: '1d',
      change: 'live',
      doc: 'A peer without a denial for this long is no longer slowed down.',
    }),
    delayedMax: count({
      default: 128,
      maximum: 1_000_000,
      change: 'live',
      doc: 'Most delayed requests at once; further ones that would be delayed are refused with 429.',
    }),
    peersMax: count({
      default: 16_384,
      minimum: 1,
      maximum: 1_000_000,
      change: 'live',
      doc: 'Most peers remembered; the one idle longest is forgotten first.',
    }),
    // Twice what all ceilings and a full tarpit take in words, so that the next record always fits.
    journalBytesMax: bytes({
      default: '1MiB',
      minimum: '1MiB',
      maximum: '64MiB',
      change: 'process',
      doc: 'Most memory for the ceilings and tarpits a restarted thread goes on with.',
    }),
  }),
  state: { journal: 'journalBytesMax', blobs: null, stamps: false },
  uses: {},
  oap: 0x0301,
  operations: {
    getCeilings: operation({
      summary: 'Reads the ceilings in force.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: ceilings,
      responseBody: 'none',
      events: null,
      refusals: [],
      timeoutMs: 1_000,
      door: {
        verb: 'overlay.read',
        code: 1,
        http: { route: 'GET /overlay/ceilings', status: 200, requestHeaders: {}, responseHeaders: {} },
      },
    }),
    putCeilings: operation({
      summary: 'Changes ceilings until the node restarts; a field left out keeps its value.',
      request: Type.Partial(ceilings, Fields),
      requestBody: 'none',
      response: ceilings,
      responseBody: 'none',
      events: null,
      refusals: [],
      timeoutMs: 1_000,
      door: {
        verb: 'overlay.admin',
        code: 2,
        http: { route: 'PUT /overlay/ceilings', status: 200, requestHeaders: {}, responseHeaders: {} },
      },
    }),
    getTarpits: operation({
      summary: 'Lists the peers that operators sent to the tarpit.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: Type.Object({ items: tarpits }, Fields),
      responseBody: 'none',
      events: null,
      refusals: [],
      timeoutMs: 1_000,
      door: {
        verb: 'overlay.read',
        code: 3,
        http: { route: 'GET /overlay/tarpits', status: 200, requestHeaders: {}, responseHeaders: {} },
      },
    }),
    putTarpit: operation({
      summary: 'Makes every request of a peer wait `delay_ms`, for the next `for_ms`.',
      request: Type.Object({ peer: Peer, for_ms: RemainingMs, delay_ms: DelayMs }, Fields),
      requestBody: 'none',
      response: Type.Object({ outcome: Type.Enum(['created', 'replaced']), ...tarpit }, Fields),
      responseBody: 'none',
      events: null,
      refusals: ['Full'],
      timeoutMs: 1_000,
      door: {
        verb: 'overlay.admin',
        code: 4,
        http: {
          route: 'PUT /overlay/tarpits/:peer',
          status: { field: 'outcome', of: { created: 201, replaced: 200 } },
          requestHeaders: {},
          responseHeaders: {},
        },
      },
    }),
    removeTarpit: operation({
      summary: 'Lets a peer out of the tarpit that an operator sent it to.',
      request: Type.Object({ peer: Peer }, Fields),
      requestBody: 'none',
      response: Type.Object({}, Fields),
      responseBody: 'none',
      events: null,
      refusals: ['NotFound'],
      timeoutMs: 1_000,
      door: {
        verb: 'overlay.admin',
        code: 5,
        http: {
          route: 'DELETE /overlay/tarpits/:peer',
          status: 204,
          requestHeaders: {},
          responseHeaders: {},
        },
      },
    }),
    watch: operation({
      summary: 'Tells the front end all ceilings and tarpits, now and after every change.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: Type.Object({}, Fields),
      responseBody: 'none',
      events: Type.Object({ ceilings, tarpits }, Fields),
      refusals: [],
      timeoutMs: 5_000,
      door: null,
    }),
  },
})
