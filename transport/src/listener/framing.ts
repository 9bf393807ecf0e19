/**
 * Where the body of a request ends, judged strictly (RFC 9112 §6.3). A proxy and this node must never read the
 * same bytes as different requests, so what leaves room for two readings is refused, also where a parser
 * below would have taken one of them.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import { headerValues, type Headers } from './headers.ts'
import type { RequestHead } from './listener.ts'

/** The length of the body, null when it is unknown; or what is wrong with the head. */
export function framingOf(head: RequestHead, headerBytesMax: number): number | null | Refusal {
  const { method, path, query, headers } = head
  const bytes = headBytes(`${method} ${path}${query === '' ? '' : `?${query}`} HTTP/1.1`.length, headers)
  if (bytes > headerBytesMax) return headTooLarge(bytes, headerBytesMax)
  if (!path.startsWith('/'))
    return malformed('a request names a path, such as /objects/a; absolute targets are for proxies')
  return bodyLength(headers)
}

/** RFC 9112 §6.1: HTTP/1.0 has no chunks, and who reads it so sees no body, or another. */
export function framingIn(version: string, framing: number | null | Refusal): number | null | Refusal {
  if (framing !== null || version === '1.1') return framing
  return malformed(`HTTP/${version} has no chunks; send Content-Length, or HTTP/1.1`)
}

/** RFC 9110 §7.2: a name (RFC 3986 §3.2.2) or an IPv6 address in brackets, and a port; empty where there is none. */
const hostForm = /^(?:[\w.~!$&'()*+,;=%-]*|\[[\w:.%~-]+\])(?::\d*)?$/

/** Declared bytes of the body, 0 for none; null for chunks of unknown sum. Or what is wrong. */
export function bodyLength(headers: Headers): number | null | Refusal {
  const lengths = headerValues(headers, 'content-length')
  const codings = headerValues(headers, 'transfer-encoding')
  const hosts = headerValues(headers, 'host')
  const [host = ''] = hosts
  if (hosts.length !== 1) return malformed(`a request names one Host, this one ${hosts.length}`)
  if (!hostForm.test(host)) return malformed('Host is no name or address, with or without a port')
  if (codings.length > 0) return chunkedLength(codings, lengths)
  if (lengths.length === 0) return 0
  if (lengths.length > 1) return malformed(`Content-Length is given ${lengths.length} times; send it once`)
  const [text = ''] = lengths
  // 15 digits stay exact; whether a body may be that long is for others to say.
  if (!/^\d{1,15}$/.test(text)) return malformed('Content-Length is not a whole number of bytes')
  return Number(text)
}

function chunkedLength(codings: readonly string[], lengths: readonly string[]): null | Refusal {
  if (lengths.length > 0) return malformed('Content-Length and Transfer-Encoding exclude each other')
  if (codings.length > 1) return malformed('Transfer-Encoding is given more than once')
  if (codings[0]?.toLowerCase() === 'chunked') return null
  return malformed('the only Transfer-Encoding taken is "chunked"')
}

/** The size of a head as it was sent: names, values, separators and line ends. */
export function headBytes(requestLine: number, headers: Headers): number {
  let bytes = requestLine + 4
  for (const [name, value] of headers) bytes += name.length + value.length + 4
  return bytes
}

function headTooLarge(bytes: number, bytesMax: number): Refusal {
  return new Refusal('HeadersTooLarge', `the request head has ${bytes} bytes, the limit is ${bytesMax}`, {
    explain: { wall: 'frame-caps', rule: 'header_bytes', fix: `send at most ${bytesMax} bytes of headers` },
  })
}

/** RFC 9112 §5: a field has a name. A reader that takes such a line for the end of the fields sees none behind it. */
export function namelessField(): Refusal {
  return malformed('a header field has no name')
}

function malformed(because: string): Refusal {
  return new Refusal('BadRequest', because, { explain: { wall: 'frame-caps', rule: 'framing' } })
}
