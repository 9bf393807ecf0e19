/** Payloads in JSON: base64 with padding, RFC 4648 §4. Node's own decoder skips what it does not know. */

/** Most one message carries: what fits in one request. */
export const payloadBytesMax = 1_048_576
/** Most an event shows: with base64 and the longest attributes it fits the fields of one OAP/1 frame. */
export const shownBytesMax = 32_768

/** Null unless every character of `text` is base64 and the padding is right. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  // Copied out of the decoder's pool: a payload is kept, and overwritten when it goes.
  return Uint8Array.from(Buffer.from(text, 'base64'))
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
