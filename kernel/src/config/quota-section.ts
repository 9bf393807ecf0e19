/** What capabilities and tenants may take. */

import { Type } from 'typebox'
import { bytes, count, duration, list, section } from '../contract/settings.ts'

export const quotaSection = section({
  requestsPerSecond: count({
    default: 100_000,
    minimum: 1,
    maximum: 10_000_000,
    change: 'live',
    doc: 'Requests a second that one capability may send on average; more are refused with 429.',
  }),
  burst: count({
    default: 200_000,
    minimum: 1,
    maximum: 10_000_000,
    change: 'live',
    doc: 'Requests that one capability may send at once after a rest.',
  }),
  subjectsMax: count({
    default: 65_536,
    minimum: 1,
    maximum: 10_000_000,
    doc: 'Capabilities whose use is remembered; the one idle longest is forgotten first.',
  }),
  tenantRequestsPerSecond: count({
    default: 0,
    maximum: 10_000_000,
    doc: 'Requests a second that a tenant may send on average, a second’s worth at once; 0 for no limit.',
  }),
  tenantBytesPerSecond: bytes({
    default: '0B',
    maximum: '64GiB',
    doc: 'Bytes of bodies a second that a tenant may send and receive on average; 0 for no limit.',
  }),
  tenantCpuPercent: count({
    default: 0,
    maximum: 10_000,
    doc: 'Time of services a tenant may take on average, in percent of a processor; 0 for no limit.',
  }),
  tenantInFlight: count({
    default: 0,
    maximum: 1_000_000,
    doc: 'Most requests and subscriptions of a tenant at one time; 0 for no limit.',
  }),
  tenantConnections: count({
    default: 0,
    maximum: 1_000_000,
    doc: 'Most WebSockets on which a tenant may ask for something at one time; 0 for no limit.',
  }),
  tenants: list(Type.String({ maxLength: 256 }), {
    default: [],
    maxItems: 1024,
    doc: 'Tenants with limits of their own: ID requests=500 bytes=4MiB cpu=20 in_flight=16 weight=2.',
  }),
  tenantsMax: count({
    default: 4096,
    minimum: 1,
    maximum: 1_000_000,
    doc: 'Tenants counted apart; further ones share one quota until one of them falls idle.',
  }),
  tarpitMs: duration({
    default: '250ms',
    minimum: '0ms',
    maximum: '5s',
    doc: 'About how long refusals are held back of a tenant past twice its quota; 0 for not at all.',
  }),
})
