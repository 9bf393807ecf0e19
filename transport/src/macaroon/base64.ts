/**
 * Base64 as tokens use it (RFC 4648 §5): written URL-safe and without padding, read in either alphabet with or
 * without padding. Anything else is refused, down to stray bits in the last character: one token, one text.
 */

import { MacaroonError } from './error.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const FIX = 'pass the token as it was given, in base64url'

/** Character code → six bits; 255 where the character belongs to neither alphabet. */
const SEXTETS = new Uint8Array(128).fill(255)
for (let sextet = 0; sextet < 64; sextet++) SEXTETS[ALPHABET.charCodeAt(sextet)] = sextet
SEXTETS['+'.charCodeAt(0)] = 62
SEXTETS['/'.charCodeAt(0)] = 63

export function toBase64Url(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let heldBits = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff
    heldBits += 8
    while (heldBits >= 6) {
      heldBits -= 6
      text += ALPHABET.charAt((held >> heldBits) & 63)
    }
  }
  return heldBits === 0 ? text : text + ALPHABET.charAt((held << (6 - heldBits)) & 63)
}

/** Throws a `MacaroonError` for anything that `toBase64Url`, or a padding or standard-alphabet twin of it, never writes. */
export function fromBase64(text: string): Uint8Array {
  const chars = withoutPadding(text)
  if (chars % 4 === 1) throw new MacaroonError(`base64 of ${chars} characters is cut off`, FIX)
  const bytes = new Uint8Array((chars * 6) >> 3)
  let held = 0
  let heldBits = 0
  let filled = 0
  for (let at = 0; at < chars; at++) {
    const sextet = SEXTETS[text.charCodeAt(at)] ?? 255
    if (sextet === 255) throw new MacaroonError(`character ${at + 1} of the token is not base64`, FIX)
    held = ((held << 6) | sextet) & 0xffff
    heldBits += 6
    if (heldBits < 8) continue
    heldBits -= 8
    bytes[filled++] = (held >> heldBits) & 0xff
  }
  if ((held & ((1 << heldBits) - 1)) !== 0)
    throw new MacaroonError('the last base64 character has stray bits', FIX)
  return bytes
}

/** The number of characters before the padding, which may be absent but not partial. */
function withoutPadding(text: string): number {
  if (!text.endsWith('=')) return text.length
  if (text.length % 4 !== 0) throw new MacaroonError('the base64 padding is incomplete', FIX)
  return text.endsWith('==') ? text.length - 2 : text.length - 1
}
