/**
 * What is inside a bundle: a manifest and its parts, all in the one payload that is signed, so there is no archive to
 * unpack and no path to follow. Parts have names from a closed list and are texts; what they say is read by others.
 *
 *     { "version": 7, "created": "2030-01-01T00:00:00Z", "expires": "2030-02-01T00:00:00Z", "min_node": "0.1.0",
 *       "parts": { "node.toml": "…", "policy.json": "…" } }
 */

import { hash } from 'node:crypto'
import type { Envelope } from './dsse.ts'
import { BundleError } from './error.ts'

export const payloadType = 'application/vnd.ron.config-bundle+json'

export const partNames = ['node.toml', 'quotas.toml', 'circuits.toml', 'policy.json', 'keys.json'] as const
export type PartName = (typeof partNames)[number]

export interface Bundle {
  /** From 1; a node takes only a higher one than it has. */
  readonly version: number
  /** Milliseconds of the wall clock. */
  readonly createdMs: number
  readonly expiresMs: number
  /** The oldest node that understands it, `major.minor.patch`. */
  readonly minNode: string
  readonly parts: ReadonlyMap<PartName, string>
}

export const partBytesMax = 512 * 1024
const members = ['version', 'created', 'expires', 'min_node', 'parts']

/** SHA-256 of what was signed, in hex: what a bundle is called in logs and records. */
export function bundleHash({ payload }: Envelope): string {
  return hash('sha256', payload, 'hex')
}

export function payloadOf({ version, createdMs, expiresMs, minNode, parts }: Bundle): Uint8Array {
  const manifest = {
    version,
    created: new Date(createdMs).toISOString(),
    expires: new Date(expiresMs).toISOString(),
    min_node: minNode,
    parts: Object.fromEntries(parts),
  }
  return Buffer.from(JSON.stringify(manifest))
}

/** The bundle in an envelope, whoever signed it. Throws a `BundleError` that names the place. */
export function openBundle({ payloadType: type, payload }: Envelope): Bundle {
  if (type !== payloadType) {
    const because = `the payload is of type ${JSON.stringify(type.slice(0, 80))}, and a config bundle of ${payloadType}`
    throw new BundleError('bundle.type', because, 'sign it with ronctl config sign, or under that type')
  }
  return parseManifest(jsonOf(payload))
}

/** The same from its JSON. */
export function parseManifest(value: unknown): Bundle {
  const manifest = objectOf(value, 'the manifest')
  const stranger = Object.keys(manifest).find((name) => !members.includes(name))
  if (stranger !== undefined)
    throw malformed(`the manifest has a member ${quoted(stranger)}; it has ${members.join(', ')}`)
  const { version, min_node: minNode, parts } = manifest
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
    throw malformed('version is a whole number from 1 on')
  if (typeof minNode !== 'string' || releaseOf(minNode) === null)
    throw malformed('min_node is a version such as "0.1.0"')
  const [createdMs, expiresMs] = [timeOf(manifest, 'created'), timeOf(manifest, 'expires')]
  if (expiresMs <= createdMs) throw malformed('it expires before it was created')
  return { version, createdMs, expiresMs, minNode, parts: partsOf(parts) }
}

/** Three numbers, or null for what is no release; what follows a dash is left out. */
export function releaseOf(version: string): readonly [number, number, number] | null {
  const [, major, minor, patch] = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:-[0-9A-Za-z.-]+)?$/.exec(version) ?? []
  return major === undefined ? null : [Number(major), Number(minor), Number(patch)]
}

export function isPartName(name: string): name is PartName {
  return partNames.some((known) => known === name)
}

function partsOf(value: unknown): Bundle['parts'] {
  const parts = new Map<PartName, string>()
  for (const [name, text] of Object.entries(objectOf(value, 'parts'))) {
    if (!isPartName(name))
      throw malformed(`a part is named ${quoted(name)}; parts are ${partNames.join(', ')}`)
    if (typeof text !== 'string') throw malformed(`the part ${name} is no text`)
    if (Buffer.byteLength(text) > partBytesMax)
      throw malformed(`the part ${name} has more than ${partBytesMax} bytes`)
    parts.set(name, text)
  }
  if (parts.size === 0) throw malformed('it has no part')
  return parts
}

function timeOf(manifest: Readonly<Record<string, unknown>>, name: 'created' | 'expires'): number {
  const text = manifest[name]
  const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/
  const ms = typeof text === 'string' && shape.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) throw malformed(`${name} is a time such as "2030-01-31T12:00:00Z"`)
  return ms
}

function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch (cause) {
    throw malformed('the payload is no JSON in UTF-8', { cause })
  }
}

function objectOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw malformed(`${at} is no object`)
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 64))
}

function malformed(because: string, options: ErrorOptions = {}): BundleError {
  return new BundleError('bundle.manifest', because, 'mend the bundle and sign it again', options)
}
