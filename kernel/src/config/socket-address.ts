/** `host:port` as people write it. Resolves no names: what is not an address is taken by its spelling alone. */

import { BlockList, isIPv4, isIPv6 } from 'node:net'

export interface SocketAddress {
  /** Without brackets. */
  readonly host: string
  /** 0 asks for any free port. */
  readonly port: number
}

/** `"127.0.0.1:8080"`, `"[::1]:0"` or `"localhost:8080"`; null when it is none of these. */
export function parseSocketAddress(text: string): SocketAddress | null {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]*)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  const host = bracketed ?? plain
  if (host === undefined || port > 65_535) return null
  const good = bracketed === undefined ? isIPv4(host) || isHostName(host) : isIPv6(host)
  return good ? { host, port } : null
}

/** Whether only this machine can reach it. A name other than localhost may resolve to anything, so it is not. */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return loopback.check(host, 'ipv4')
  if (isIPv6(host)) return loopback.check(host, 'ipv6')
  return host.toLowerCase() === 'localhost'
}

/** Whether it stands for every address of the machine. */
export function isWildcard(host: string): boolean {
  if (isIPv4(host)) return wildcard.check(host, 'ipv4')
  return isIPv6(host) && wildcard.check(host, 'ipv6')
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const wildcard = new BlockList()
wildcard.addAddress('0.0.0.0', 'ipv4')
wildcard.addAddress('::', 'ipv6')

/** Dotted labels (RFC 1123). All digits and dots would be an IPv4 address gone wrong. */
function isHostName(host: string): boolean {
  return (
    host.length <= 253 &&
    !/^[\d.]+$/.test(host) &&
    host.split('.').every((label) => /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(label))
  )
}
