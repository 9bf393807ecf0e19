/**
 * A ULID as 16 bytes, the high ones first, and as the 26 characters that people see: 128 bits behind two
 * zeros, five a character. Alphabet and layout follow the ULID specification.
 */

export const ulidBytes = 16
export const ulidLength = 26

/** Crockford's base 32: no I, L, O or U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const none = 0xff
const codes = Uint8Array.from(alphabet, (character) => character.charCodeAt(0))
const digits = new Uint8Array(128).fill(none)
for (const [digit, code] of codes.entries()) digits[code] = digit

/** The text of the ULID whose bytes begin at `at`. */
export function ulidText(bytes: Uint8Array, at: number): string {
  let text = ''
  let rest = 0
  let bits = 2
  for (let n = 0; n < ulidBytes; n++) {
    rest = (rest << 8) | (bytes[at + n] ?? 0)
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(rest >>> (bits - 5)) & 31]
    rest &= 31
  }
  return text
}

/** Writes the bytes of a ULID to `at`. False when the text is none; then what was written means nothing. */
export function writeUlid(text: string, into: Uint8Array, at: number): boolean {
  if (text.length !== ulidLength || text.charCodeAt(0) > 0x37) return false
  let rest = 0
  let bits = -2
  let place = at
  for (let n = 0; n < ulidLength; n++) {
    const digit = digits[text.charCodeAt(n)] ?? none
    if (digit === none) return false
    rest = (rest << 5) | digit
    bits += 5
    if (bits < 8) continue
    bits -= 8
    into[place++] = rest >>> bits
    rest &= (1 << bits) - 1
  }
  return true
}
