/** Frames of WebSocket as a client writes them, and as none should (RFC 6455 §5.2). */

export interface Odd {
  readonly fin?: boolean
  /** The three reserved bits as a number. */
  readonly rsv?: number
  readonly masked?: boolean
  /** Said instead of the length of the payload, in eight bytes. */
  readonly length?: bigint
}

const mask = Buffer.from('5ec7e7a5', 'hex')

export function socketFrame(opcode: number, payload: Uint8Array, odd: Odd = {}): Buffer {
  const { fin = true, rsv = 0, masked = true, length } = odd
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  const bytes = Buffer.from(payload)
  if (masked) for (const [at, byte] of bytes.entries()) bytes[at] = byte ^ (mask[at % 4] ?? 0)
  const said = lengthOf(bytes.length, length)
  said[0] = (said[0] ?? 0) | (masked ? 0x80 : 0)
  return Buffer.concat([Uint8Array.of(first), said, masked ? mask : Buffer.alloc(0), bytes])
}

/** One, three or nine bytes, the first without its mask bit. */
function lengthOf(real: number, said: bigint | undefined): Buffer {
  if (said === undefined && real < 126) return Buffer.of(real)
  const bytes = Buffer.alloc(said === undefined && real < 65_536 ? 3 : 9)
  bytes[0] = bytes.length === 3 ? 126 : 127
  if (bytes.length === 3) bytes.writeUInt16BE(real, 1)
  else bytes.writeBigUInt64BE(said ?? BigInt(real), 1)
  return bytes
}
