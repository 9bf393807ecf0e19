/**
 * What one tenant may take, and how an operator writes down that a tenant may take more or less than others:
 *
 *     00112233445566778899aabbccddeeff requests=500 bytes=4MiB cpu=20 in_flight=16 connections=8 weight=2
 *
 * What is left out is as for everybody.
 */

import { parseSize } from './units.ts'

/** 0 is no limit, for all but the weight. Rates are averages; a second's worth may come at once after a rest. */
export interface TenantLimits {
  readonly requestsPerSecond: number
  /** Of bodies, sent and received. */
  readonly bytesPerSecond: number
  /** Time of services, in percent of one processor. */
  readonly cpuPercent: number
  readonly inFlight: number
  /** WebSockets that are open. */
  readonly connections: number
  /** Its share of a service that several want at once, beside theirs. */
  readonly weight: number
}

export interface TenantRow {
  readonly tenant: string
  readonly limits: TenantLimits
}

const numberMax = 1_000_000_000
const weightMax = 100

/** The row that a text stands for, or what is wrong with it: the end of a sentence. */
export function tenantRow(written: string, everybody: TenantLimits): TenantRow | string {
  const [tenant = '', ...parts] = written.trim().split(/ +/)
  if (!/^[0-9a-f]{32}$/.test(tenant)) return `does not begin with a tenant, 32 lower-case hex digits`
  const limits: { -readonly [Name in keyof TenantLimits]: TenantLimits[Name] } = { ...everybody }
  for (const part of parts) {
    const [name = '', text = ''] = part.split('=')
    const property = names.get(name)
    if (property === undefined) return `has ${JSON.stringify(part)}; it takes ${[...names.keys()].join(', ')}`
    const value = numberOf(property, text)
    const least = property === 'weight' ? 1 : 0
    const most = property === 'weight' ? weightMax : numberMax
    if (!(Number.isSafeInteger(value) && value >= least && value <= most))
      return `has ${JSON.stringify(part)}; ${name} is a whole number from ${least} to ${most}`
    limits[property] = value
  }
  return { tenant, limits }
}

const names: ReadonlyMap<string, keyof TenantLimits> = new Map([
  ['requests', 'requestsPerSecond'],
  ['bytes', 'bytesPerSecond'],
  ['cpu', 'cpuPercent'],
  ['in_flight', 'inFlight'],
  ['connections', 'connections'],
  ['weight', 'weight'],
])

/** NaN for what is no number. */
function numberOf(property: keyof TenantLimits, text: string): number {
  if (property !== 'bytesPerSecond') return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  try {
    return parseSize(text)
  } catch {
    return Number.NaN
  }
}
