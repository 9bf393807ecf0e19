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
  return bytes > headerBytesMax ? headTooLarge(bytes, headerBytesMax) : bodyLength(headers)
}

/** Declared bytes of the body, 0 for none; null for chunks of unknown sum. Or what is wrong. */
export function bodyLength(headers: Headers): number | null | Refusal {
  const lengths = headerValues(headers, 'content-length')
  const codings = headerValues(headers, 'transfer-encoding')
  const hosts = headerValues(headers, 'host')
  if (hosts.length !== 1) return malformed(`a request names one Host, this one ${hosts.length}`)
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
