/** Byte arrays as the web's interfaces want them. */

/** The same bytes in memory that no other thread sees, which `fetch` and WebSocket insist on; copied only if shared. */
export function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return isUnshared(bytes) ? bytes : Uint8Array.from(bytes)
}

function isUnshared(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
}
