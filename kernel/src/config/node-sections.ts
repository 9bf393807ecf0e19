/**
 * The node's own settings, as data. Names in the environment that the micronode blueprint fixes (§4) are
 * written out; the others follow from section and name. Limits may be lowered, never raised: the upper
 * bounds are those of OAP/1 and of the drivers below.
 */

import type { Static } from 'typebox'
import { bytes, choice, count, duration, flag, path, section, socket, text } from '../contract/settings.ts'
import { bundleSection } from './bundle-section.ts'
import { edgeSections } from './edge-sections.ts'
import { identitySection } from './identity-section.ts'
import { pqSection } from './pq-section.ts'
import { quotaSection } from './quota-section.ts'

export const nodeSections = {
  node: section({
    bindAddr: socket({
      default: '127.0.0.1:0',
      env: 'BIND_ADDR',
      flag: 'bind',
      doc: 'Where the node surface (HTTP and OAP) listens; port 0 takes any free one.',
    }),
    metricsAddr: socket({
      default: '127.0.0.1:0',
      env: 'METRICS_ADDR',
      flag: 'metrics',
      doc: 'Where the admin surface (health, readiness, metrics, version) listens.',
    }),
    driver: choice({
      default: 'auto',
      of: ['auto', 'uws', 'node'],
      env: 'DRIVER',
      flag: 'driver',
      doc: 'Who owns the sockets: uWebSockets.js, or node:http; auto takes the first that can be loaded.',
    }),
    amnesia: flag({
      default: true,
      env: 'AMNESIA',
      doc: 'Keep everything in RAM: nothing is written to disk, and memory is zeroized at shutdown.',
    }),
    drainDeadlineMs: duration({
      default: '10s',
      minimum: '0ms',
      maximum: '10m',
      env: 'DRAIN_DEADLINE',
      doc: 'How long a stopping node lets open requests finish before it ends them.',
    }),
    objectCache: bytes({
      default: '32MiB',
      minimum: '0B',
      maximum: '16GiB',
      env: 'OBJECT_CACHE',
      doc: 'Most that the front end keeps of objects read of late, to answer at once; 0 keeps none.',
    }),
    handOver: flag({
      default: false,
      env: 'HAND_OVER',
      flag: 'hand-over',
      doc: 'Share both ports with another node of this user, so that it can take over.',
    }),
    handOverSocket: path({
      default: '',
      env: 'HAND_OVER_SOCKET',
      creates: true,
      doc: 'Unix socket over which the next node gets what this one keeps; empty hands over ports alone.',
    }),
    handOverKeyPath: path({
      default: '',
      env: 'HAND_OVER_KEY_PATH',
      doc: 'File (mode 0600) with the key that both nodes have, for that socket: 64 hex digits.',
    }),
    audit: flag({
      default: false,
      env: 'AUDIT',
      doc: 'Record governed acts in the audit log, and refuse privileged ones that it cannot take.',
    }),
    auditDirectory: path({
      default: '',
      env: 'AUDIT_DIRECTORY',
      creates: true,
      doc: 'Folder that keeps the audit log across restarts, as tiles; empty keeps it in memory.',
    }),
  }),
  identity: identitySection,
  admin: section({
    capability: choice({
      default: 'auto',
      of: ['auto', 'always', 'never'],
      doc: 'Whether the admin surface asks for a capability; auto asks unless it listens on loopback.',
    }),
    chaos: choice({
      default: 'auto',
      of: ['auto', 'always', 'never'],
      doc: 'Whether a holder of admin.chaos may kill services for a drill; auto allows it on loopback.',
    }),
  }),
  supervision: section({
    startTimeoutMs: duration({
      default: '10s',
      minimum: '100ms',
      maximum: '10m',
      doc: 'How long a service may take to be ready before its thread is ended and tried again.',
    }),
    hangAfterMs: duration({
      default: '1s',
      minimum: '250ms',
      maximum: '10m',
      doc: 'How long the event loop of a service may stand still before its thread is replaced.',
    }),
    heapMax: bytes({
      default: '1GiB',
      minimum: '64MiB',
      maximum: '64GiB',
      doc: 'Most that the heap of one service may hold; past it its thread ends; buffers do not count.',
    }),
    spares: flag({
      default: true,
      doc: 'Keep a loaded thread beside each required service; off saves memory and makes restarts slower.',
    }),
  }),
  limits: section({
    maxBodyBytes: bytes({
      default: '1MiB',
      minimum: '1KiB',
      maximum: '1MiB',
      env: 'MAX_BODY_BYTES',
      doc: 'Largest HTTP body and OAP frame; more is refused with 413.',
    }),
    maxChunkBytes: bytes({
      default: '64KiB',
      minimum: '1KiB',
      maximum: '64KiB',
      env: 'MAX_CHUNK_BYTES',
      doc: 'Largest chunk of an OAP stream; more is refused with 413.',
    }),
    maxInflatedBytes: bytes({
      default: '8MiB',
      minimum: '1KiB',
      maximum: '8MiB',
      env: 'MAX_INFLATED_BYTES',
      doc: 'Most that one compressed body may inflate to; more is refused with 413.',
    }),
    decompressRatioCap: count({
      default: 10,
      minimum: 1,
      maximum: 10,
      env: 'DECOMPRESS_RATIO_CAP',
      doc: 'Most that a compressed body may grow, as a multiple of its compressed length.',
    }),
    maxHeaderBytes: bytes({
      default: '4KiB',
      minimum: '1KiB',
      maximum: '4KiB',
      env: 'MAX_HEADER_BYTES',
      doc: 'Largest HTTP request head; more is refused with 431.',
    }),
    maxConns: count({
      default: 1024,
      minimum: 1,
      maximum: 65_536,
      env: 'MAX_CONNS',
      flag: 'max-conns',
      doc: 'Most connections open at once; further ones are closed at once.',
    }),
    maxConnsPerAddress: count({
      default: 0,
      minimum: 0,
      maximum: 65_536,
      env: 'MAX_CONNS_PER_ADDRESS',
      doc: 'Most of those from one address (IPv6: one /64); 0: 3/4 of them, and all for this machine.',
    }),
    maxInflight: count({
      default: 64,
      minimum: 1,
      maximum: 64,
      env: 'MAX_INFLIGHT',
      doc: 'Most unanswered requests on one connection; the next is refused with 429.',
    }),
  }),
  timeouts: section({
    readMs: duration({
      default: '5s',
      minimum: '100ms',
      maximum: '10m',
      env: 'READ_TIMEOUT',
      doc: 'How long a request may take to arrive, from its first byte to its last.',
    }),
    writeMs: duration({
      default: '5s',
      minimum: '100ms',
      maximum: '10m',
      env: 'WRITE_TIMEOUT',
      doc: 'How long a client may take to receive an answer.',
    }),
    idleMs: duration({
      default: '60s',
      minimum: '1s',
      maximum: '1h',
      env: 'IDLE_TIMEOUT',
      doc: 'How long a connection may stay open between requests.',
    }),
  }),
  ...edgeSections,
  pq: pqSection,
  capabilities: section({
    macaroonPath: path({
      default: '',
      env: 'MACAROON_PATH',
      doc: 'File with a capability (macaroon) to trust, and all that is attenuated from it.',
    }),
    demoToken: flag({
      default: true,
      env: 'DEMO_TOKEN',
      doc: 'Mint a short-lived capability at start and print it with the lines that use it.',
    }),
    issuerLocation: text({
      default: '',
      doc: 'Where people get discharges of third-party caveats; the tokens say so.',
    }),
    issuerKeyPath: path({
      default: '',
      doc: 'File (mode 0600) with the key that the node shares with that issuer: 64 hex digits.',
    }),
    revocationsMax: count({
      default: 65_536,
      minimum: 1,
      maximum: 1_000_000,
      doc: 'Revocations in force at once; a further one is refused with 507.',
    }),
  }),
  keys: section({
    graceMs: duration({
      default: '24h',
      minimum: '0ms',
      maximum: '480h',
      doc: 'How long the earlier versions of a rotated key stay good, unless the rotation says otherwise.',
    }),
    file: path({
      default: '',
      creates: true,
      doc: 'File that keeps keys and revocations sealed across restarts; empty keeps them in memory.',
    }),
    unseal: text({
      default: '',
      doc: 'Where the key for that file is: file:PATH (mode 0600), fd:NUMBER or env:NAME; 64 hex digits.',
    }),
  }),
  quota: quotaSection,
  bundle: bundleSection,
  persistence: section({
    enabled: flag({
      default: false,
      doc: 'Keep data on disk across restarts; needs node.amnesia=false.',
      fileOnly: 'keeping data on disk is decided in a file that can be reviewed, not in passing',
    }),
  }),
  log: section({
    level: choice({
      default: 'info',
      of: ['debug', 'info', 'warn', 'error'],
      change: 'live',
      doc: 'Least severe level that is written.',
    }),
    format: choice({
      default: 'json',
      of: ['json', 'pretty'],
      doc: 'One JSON object a line, or columns for a person.',
    }),
  }),
}

type Frozen<T> = { readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? readonly Item[] : T[K] }

/** The values of the sections above. Sizes are in bytes, durations in milliseconds. */
export type NodeValues = {
  readonly [Name in keyof typeof nodeSections]: Frozen<Static<(typeof nodeSections)[Name]>>
}
