/**
 * Address blocks: `10.0.0.0/8`, `2001:db8::/32`, or one address alone. An IPv4 address mapped into IPv6, as a
 * dual-stack socket reports it, is the IPv4 address; so no IPv6 block but `::ffff:…` ever holds an IPv4 peer.
 */

import { MacaroonError } from './error.ts'

export interface Address {
  readonly family: 4 | 6
  readonly value: bigint
}

export interface Block extends Address {
  /** Leading bits that must agree. */
  readonly prefixBits: number
}

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
  if (base !== written.value) {
    throw new MacaroonError(
      `"${text}" has bits beyond its prefix`,
      `write ${host}/${bits} for the one address, or ${formatBlock({ ...written, value: base, prefixBits })} for the block`,
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
  return block.family === address.family && network(address, block.prefixBits) === block.value
}

export function formatBlock({ family, value, prefixBits }: Block): string {
  const groups = family === 4 ? 4 : 8
  const groupBits = family === 4 ? 8n : 16n
  const texts = Array.from({ length: groups }, (_, at) => {
    const group = (value >> (groupBits * BigInt(groups - 1 - at))) & ((1n << groupBits) - 1n)
    return group.toString(family === 4 ? 10 : 16)
  })
  return `${texts.join(family === 4 ? '.' : ':')}/${prefixBits}`
}

function network({ family, value }: Address, prefixBits: number): bigint {
  const hostBits = BigInt(bitsOf(family) - prefixBits)
  return (value >> hostBits) << hostBits
}

function unmapped(address: Address): Address {
  if (address.family === 4 || address.value >> 32n !== MAPPED) return address
  return { family: 4, value: address.value & 0xffff_ffffn }
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
  const value = text.includes(':') ? parseV6(text) : parseV4(text)
  return value === null ? null : { family: text.includes(':') ? 6 : 4, value }
}

/** Four decimal octets. Leading zeros are refused: half the world reads `010` as eight. */
function parseV4(text: string): bigint | null {
  const octets = text.split('.')
  if (octets.length !== 4) return null
  let value = 0n
  for (const octet of octets) {
    if (!/^(0|[1-9]\d{0,2})$/.test(octet) || Number(octet) > 255) return null
    value = (value << 8n) | BigInt(octet)
  }
  return value
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
    groups.push(Number(dotted >> 16n), Number(dotted & 0xffffn))
  }
  return groups
}
