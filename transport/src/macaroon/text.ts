/** Bytes as text and back: UTF-8 that is refused rather than repaired, and bytes of any kind made fit to print. */

import { MacaroonError } from './error.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

/** Throws a `MacaroonError` when the bytes are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new MacaroonError(`"${printable(bytes)}" is not UTF-8`, 'write caveats as UTF-8 text')
  }
}

/**
 * Any bytes as one line of ASCII: everything but graphic characters becomes `\xHH`, and so does the backslash,
 * so two different inputs never look alike until the cut at `charsMax`.
 */
export function printable(bytes: Uint8Array, charsMax = 128): string {
  let text = ''
  for (const byte of bytes) {
    text += byte > 0x20 && byte < 0x7f && byte !== 0x5c ? String.fromCharCode(byte) : escapeByte(byte)
    if (text.length > charsMax) return text.slice(0, charsMax - 1) + '…'
  }
  return text
}

function escapeByte(byte: number): string {
  return byte === 0x20 ? ' ' : `\\x${byte.toString(16).padStart(2, '0')}`
}
