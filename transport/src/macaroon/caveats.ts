/**
 * The caveat language: each caveat is one UTF-8 predicate `name = value`, and a token is as narrow as all of
 * its caveats together. This file turns predicates into values and back; `check.ts` holds them against a request.
 *
 *     tenant = 00112233445566778899aabbccddeeff    32 lower-case hex digits
 *     verbs = objects.read,mailbox.*               any of these; `noun.*` for every verb of a noun, `*` for all
 *     path = /objects/*                            that path, or with a trailing `*` whatever begins like it
 *     expires = 2030-01-31T12:00:00Z               good before then; RFC 3339 in UTC (`Z` or `+00:00`)
 *     not_before = 2030-01-01T00:00:00Z            good from then on
 *     bytes_max = 64KiB                            largest body; plain bytes, or KiB, MiB, GiB, KB, MB, GB
 *     ip = 10.0.0.0/8                              peer address, IPv4 or IPv6, a block or one address
 *     audience = node-1                            the id of the one node that may accept it
 *     zk = capability-attributes:group_root=0x2a   a proof of that statement, new for every request (`zk-caveat.ts`)
 *     client = uri:spiffe://a.example/app          a name of the certificate its bearer must show (mTLS):
 *                                                  sha256:HEX of it, cn:, dns:, uri:, email: or ip:
 *
 * A caveat may be repeated; then each must hold. Any other name is refused: a restriction that is not
 * understood cannot be enforced.
 */

import { parseSize } from '@ron/kernel/contract/units'
import { formatBlock, parseBlock, type Block } from './cidr.ts'
import { fieldBytesMax } from './codec.ts'
import { MacaroonError } from './error.ts'
import { fromUtf8, printable, utf8 } from './text.ts'
import { parseStatement, statementText, type Statement } from './zk-caveat.ts'

export type Caveat =
  | { readonly name: 'tenant'; readonly tenant: string }
  | { readonly name: 'verbs'; readonly verbs: readonly string[] }
  | { readonly name: 'path'; readonly path: string }
  | { readonly name: 'expires'; readonly atMs: number }
  | { readonly name: 'not_before'; readonly atMs: number }
  | { readonly name: 'bytes_max'; readonly bytesMax: number }
  | { readonly name: 'ip'; readonly block: Block }
  | { readonly name: 'audience'; readonly audience: string }
  | { readonly name: 'zk'; readonly statement: Statement }
  | { readonly name: 'client'; readonly client: string }

const NAMES = 'tenant, verbs, path, expires, not_before, bytes_max, ip, audience, zk, client'
const VERB = /^(\*|[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*(\.\*)?)$/
const AUDIENCE = /^[\x21-\x7e]{1,256}$/
const CLIENT = /^(sha256:[0-9a-f]{64}|(dns|uri|email|ip):[!-~]{1,256}|cn:[!-~]([ -~]{0,254}[!-~])?)$/
const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|\+00:00)$/
/** Code points that no path, verb or name has a use for: C0 and C1 controls. */
const CONTROLS = /\p{Cc}/u
/** An empty segment that is not the last, one of one or two dots, a backslash, or a control. */
const NOT_CANONICAL = /\/\/|\/\.{1,2}(?:\/|$)|\\|\p{Cc}/u

/** Throws a `MacaroonError` when the caveat is unknown or its value is not of its form. */
export function parseCaveat(predicate: string | Uint8Array): Caveat {
  const text = typeof predicate === 'string' ? predicate : fromUtf8(predicate)
  const equals = text.indexOf('=')
  const name = trimmed(text.slice(0, Math.max(equals, 0)))
  const value = trimmed(text.slice(equals + 1))
  if (name === '' || value === '' || CONTROLS.test(text)) {
    throw new MacaroonError(`"${shown(text)}" is not a caveat`, 'write it as "name = value" on one line')
  }
  switch (name) {
    case 'tenant':
      return { name, tenant: matching(/^[0-9a-f]{32}$/, name, value, '32 lower-case hex digits') }
    case 'verbs':
      return { name, verbs: parseVerbs(value) }
    case 'path':
      return { name, path: parsePattern(value) }
    case 'expires':
    case 'not_before':
      return { name, atMs: parseInstant(name, value) }
    case 'bytes_max':
      return { name, bytesMax: parseBytes(value) }
    case 'ip':
      return { name, block: parseBlock(value) }
    case 'audience':
      return { name, audience: matching(AUDIENCE, name, value, 'a node id: ASCII without spaces') }
    case 'zk':
      return { name, statement: parseStatement(value) ?? wrongStatement(value) }
    case 'client':
      return {
        name,
        client: matching(
          CLIENT,
          name,
          value,
          'sha256:HEX, cn:NAME, dns:NAME, uri:URI, email:ADDRESS or ip:ADDRESS',
        ),
      }
    default:
      throw new MacaroonError(`caveat "${shown(name)}" is unknown to this node`, `use one of ${NAMES}`)
  }
}

/** The predicate that `parseCaveat` reads back as the same caveat. Throws for a value no predicate can hold. */
export function formatCaveat(caveat: Caveat): string {
  const text = caveatText(caveat)
  const bytes = utf8(text).length
  if (bytes > fieldBytesMax) {
    throw new MacaroonError(
      `a ${caveat.name} caveat of ${bytes} bytes; at most ${fieldBytesMax} fit`,
      'shorten it',
    )
  }
  if (caveatText(parseCaveat(text)) === text) return text
  throw new MacaroonError(
    `"${shown(text)}" would read back as another caveat`,
    'remove spaces around the value',
  )
}

/** The same text without the checks, for a caveat that was parsed. */
export function caveatText(caveat: Caveat): string {
  return `${caveat.name} = ${valueText(caveat)}`
}

/** Absolute, and with nothing in it that could climb out of a prefix or look like another path. */
export function isCanonicalPath(path: string): boolean {
  return path.startsWith('/') && !NOT_CANONICAL.test(path)
}

function valueText(caveat: Caveat): string {
  switch (caveat.name) {
    case 'tenant':
      return caveat.tenant
    case 'verbs':
      return caveat.verbs.join(',')
    case 'path':
      return caveat.path
    case 'expires':
    case 'not_before':
      return new Date(caveat.atMs).toISOString().replace('.000Z', 'Z')
    case 'bytes_max':
      return String(caveat.bytesMax)
    case 'ip':
      return formatBlock(caveat.block)
    case 'audience':
      return caveat.audience
    case 'zk':
      return statementText(caveat.statement)
    case 'client':
      return caveat.client
  }
}

function parseVerbs(value: string): readonly string[] {
  return value
    .split(',')
    .map((verb) => matching(VERB, 'verbs', trimmed(verb), 'verbs such as objects.read,mailbox.*'))
}

function parsePattern(value: string): string {
  const prefix = value.endsWith('*') ? value.slice(0, -1) : value
  if (isCanonicalPath(prefix) && !prefix.includes('*')) return value
  throw wrongValue('path', value, 'an absolute path without "..", "//" or "\\", with "*" only at the end')
}

function parseInstant(name: string, value: string): number {
  const [, seconds] = INSTANT.exec(value) ?? []
  const atMs = Date.parse(value)
  // Date.parse takes 30 February for 2 March; an instant that is not written as it reads back does not exist.
  if (seconds !== undefined && Number.isFinite(atMs) && new Date(atMs).toISOString().startsWith(seconds))
    return atMs
  throw wrongValue(name, value, 'RFC 3339 in UTC, such as 2030-01-31T12:00:00Z')
}

function parseBytes(value: string): number {
  try {
    return parseSize(value)
  } catch {
    throw wrongValue('bytes_max', value, 'a size such as 65536 or 64KiB')
  }
}

function wrongStatement(value: string): never {
  throw wrongValue('zk', value, 'CIRCUIT:INPUT=NUMBER,INPUT=NUMBER, with numbers as digits or 0x…')
}

function matching(form: RegExp, name: string, value: string, wanted: string): string {
  if (form.test(value)) return value
  throw wrongValue(name, value, wanted)
}

function wrongValue(name: string, value: string, wanted: string): MacaroonError {
  return new MacaroonError(`"${shown(value)}" is no value for caveat "${name}"`, `write ${name} as ${wanted}`)
}

/** Without spaces around it. Not `trim`, which also drops a byte order mark and a dozen kinds of blank. */
function trimmed(text: string): string {
  let start = 0
  let end = text.length
  while (text[start] === ' ') start++
  while (end > start && text[end - 1] === ' ') end--
  return text.slice(start, end)
}

function shown(text: string): string {
  return printable(utf8(text))
}
