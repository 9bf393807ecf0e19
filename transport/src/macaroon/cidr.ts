/**
 * Address blocks: `10.0.0.0/8`, `2001:db8::/32`, or one address alone. An IPv4 address mapped into IPv6, as a
 * dual-stack socket reports it, is the IPv4 address; so no IPv6 block but `::ffff:…` ever holds an IPv4 peer.
 */

import { MacaroonError } from './error.ts'

/** The one of IPv4 in a number, since every request has one and a bigint is memory of its own. */
export type Address =
  { readonly family: 4; readonly value: number } | { readonly family: 6; readonly value: bigint }

/** Leading bits must agree, as many as the prefix has. */
export type Block = Address & { readonly prefixBits: number }

const MAPPED = 0xffffn

/** Throws a `MacaroonError` that says how to write the block that was probably meant. */
export function parseBlock(text: string): Block {
  const [host = '', prefix, ...rest] = text.split('/')
  const written = parseWritten(host)
  if (written === null || rest.length > 0) {
    throw new MacaroonError(
      `"${text}" is not an address or a block of addresses`,
      'write it as 10.0.0.0/8 or 2001:db8::/32',
    )
  }
  const bits = bitsOf(written.family)
  const prefixBits = prefix === undefined ? bits : parsePrefix(prefix, bits, text)
  const base = network(written, prefixBits)
  if (base.value !== written.value) {
    throw new MacaroonError(
      `"${text}" has bits beyond its prefix`,
      `write ${host}/${bits} for the one address, or ${formatBlock({ ...base, prefixBits })} for the block`,
    )
  }
  const block = unmapped(written)
  // A mapped base with a prefix under 96 has bits beyond it, so here at least the mapping's 96 are covered.
  return { ...block, prefixBits: block === written ? prefixBits : prefixBits - 96 }
}

/** null for anything that is not an IP address, such as the empty peer of a Unix socket. */
export function parseAddress(text: string): Address | null {
  const written = parseWritten(text)
  return written === null ? null : unmapped(written)
}

export function contains(block: Block, address: Address): boolean {
  if (block.family === 4)
    return address.family === 4 && networkV4(address.value, block.prefixBits) === block.value
  return address.family === 6 && networkV6(address.value, block.prefixBits) === block.value
}

export function formatBlock({ family, value, prefixBits }: Block): string {
  const groups = family === 4 ? 4 : 8
  const groupBits = family === 4 ? 8n : 16n
  const texts = Array.from({ length: groups }, (_, at) => {
    const group = (BigInt(value) >> (groupBits * BigInt(groups - 1 - at))) & ((1n << groupBits) - 1n)
    return group.toString(family === 4 ? 10 : 16)
  })
  return `${texts.join(family === 4 ? '.' : ':')}/${prefixBits}`
}

function network(address: Address, prefixBits: number): Address {
  return address.family === 4
    ? { family: 4, value: networkV4(address.value, prefixBits) }
    : { family: 6, value: networkV6(address.value, prefixBits) }
}

function networkV4(value: number, prefixBits: number): number {
  return value - (value % 2 ** (32 - prefixBits))
}

function networkV6(value: bigint, prefixBits: number): bigint {
  const hostBits = BigInt(128 - prefixBits)
  return (value >> hostBits) << hostBits
}

function unmapped(address: Address): Address {
  if (address.family === 4 || address.value >> 32n !== MAPPED) return address
  return { family: 4, value: Number(address.value & 0xffff_ffffn) }
}

function bitsOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128
}

function parsePrefix(text: string, bits: number, whole: string): number {
  const prefixBits = /^(0|[1-9]\d{0,2})$/.test(text) ? Number(text) : Number.NaN
  if (prefixBits <= bits) return prefixBits
  throw new MacaroonError(
    `the prefix of "${whole}" is not a number from 0 to ${bits}`,
    `write a prefix such as /${bits}`,
  )
}

/** The address as it is written, before a mapped one becomes IPv4. */
function parseWritten(text: string): Address | null {
  if (text.includes(':')) {
    const value = parseV6(text)
    return value === null ? null : { family: 6, value }
  }
  const value = parseV4(text)
  return value === null ? null : { family: 4, value }
}

const [ZERO, DOT] = [0x30, 0x2e]

/** Four decimal octets. Leading zeros are refused: half the world reads `010` as eight. */
function parseV4(text: string): number | null {
  let [value, octets] = [0, 0]
  let octet: number | null = null
  for (let at = 0; at <= text.length; at++) {
    const code = at === text.length ? DOT : text.charCodeAt(at)
    if (code === DOT) {
      if (octet === null) return null
      value = value * 256 + octet
      octets++
      octet = null
      continue
    }
    const digit = code - ZERO
    if (digit < 0 || digit > 9 || octet === 0) return null
    octet = (octet ?? 0) * 10 + digit
    if (octet > 255) return null
  }
  return octets === 4 ? value : null
}

/** RFC 4291 §2.2: eight groups, one run of zeros as `::`, the last two groups also as an IPv4 address. */
function parseV6(text: string): bigint | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = [groupsOf(halves[0] ?? '', halves.length === 1), groupsOf(halves[1] ?? '', true)]
  if (head === null || tail === null) return null
  const zeros = 8 - head.length - tail.length
  if (halves.length === 1 ? zeros !== 0 : zeros < 1) return null
  const groups = [...head, ...Array.from({ length: zeros }, () => 0), ...tail]
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n)
}

function groupsOf(text: string, last: boolean): number[] | null {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [at, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16))
      continue
    }
    const dotted = last && at === parts.length - 1 ? parseV4(part) : null
    if (dotted === null) return null
    groups.push(dotted >>> 16, dotted & 0xffff)
  }
  return groups
}
