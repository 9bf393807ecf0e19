/**
 * Percent-encoding, decoded strictly (RFC 3986 §2.1): whole escapes, valid UTF-8 in its shortest form, and no
 * control characters, encoded or not. It knows neither paths nor queries.
 */

import { Refusal } from '@ron/kernel/contract/refusals'

const printable = /^[!-~]*$/

/** The text, or a `Refusal` (BadRequest) thrown that names `where` the fault is. */
export function decodePercent(encoded: string, where: string): string {
  if (!printable.test(encoded)) throw malformed(`${where} holds a character that must be percent-encoded`)
  if (!encoded.includes('%')) return encoded
  const bytes = new Uint8Array(encoded.length)
  let length = 0
  for (let at = 0; at < encoded.length; at++) {
    const isEscape = encoded[at] === '%'
    const hex = encoded.slice(at + 1, at + 3)
    if (isEscape && !/^[0-9A-Fa-f]{2}$/.test(hex))
      throw malformed(`${where} holds "%" without two hex digits`)
    bytes[length++] = isEscape ? Number.parseInt(hex, 16) : encoded.charCodeAt(at)
    if (isEscape) at += 2
  }
  const text = utf8(bytes.subarray(0, length), where)
  if (/\p{Cc}/u.test(text)) throw malformed(`${where} holds a control character`)
  return text
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function utf8(bytes: Uint8Array, where: string): string {
  try {
    return strict.decode(bytes)
  } catch (cause) {
    throw Object.assign(malformed(`${where} is not valid UTF-8`), { cause })
  }
}

export function malformed(because: string): Refusal {
  return new Refusal('BadRequest', because)
}
