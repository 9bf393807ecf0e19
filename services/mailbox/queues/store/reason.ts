/**
 * Why a message came back, as it is kept: what somebody said, or that its lease ran out, which is not spelled
 * out; and of a dead letter after how many deliveries that was.
 *
 *     u16 characters + 1, or 0 │ u32 deliveries │ text, two bytes a character
 */

export interface Reason {
  readonly text: string
  /** Deliveries that failed before it died; 0 while it has not. */
  readonly deaths: number
}

/** What is said of a message whose receiver did not say anything in time. */
export const ranOut = 'the lease ran out'
export const reasonHeadBytes = 6

export function encodeReason({ text, deaths }: Reason): Uint8Array {
  const said = text === ranOut ? null : text
  const bytes = Buffer.alloc(reasonHeadBytes + 2 * (said?.length ?? 0))
  bytes.writeUInt16LE(said === null ? 0 : 1 + said.length)
  bytes.writeUInt32LE(deaths, 2)
  bytes.write(said ?? '', reasonHeadBytes, 'utf16le')
  return bytes
}

/** How many bytes it has, from the first `reasonHeadBytes` of them. */
export function reasonLength(head: Uint8Array): number {
  return reasonHeadBytes + 2 * Math.max(0, (head[0] ?? 0) + (head[1] ?? 0) * 256 - 1)
}

export function decodeReason(bytes: Uint8Array): Reason {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const text = all.readUInt16LE() === 0 ? ranOut : all.toString('utf16le', reasonHeadBytes)
  return { text, deaths: all.readUInt32LE(2) }
}

/** What it takes beyond what is paid for with every message: the words of whoever gave it. */
export function reasonCharge(reason: Reason | null): number {
  return reason === null || reason.text === ranOut ? 0 : 2 * reason.text.length
}
