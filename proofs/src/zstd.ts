/**
 * zstd frames written by hand (RFC 8878 §3.1): blocks of stored bytes, and runs of one byte that cost four
 * bytes whatever their length. No encoder is needed, and every ratio can be had.
 */

const magic = 0xfd2f_b528
/** A frame without a declared size, and a window of 8 MiB (§3.1.1.1.2). */
const descriptor = [0x00, 13 << 3]
const blockBytesMax = 131_072
const [stored, run] = [0, 1]

/** `plain` as it is, followed by `zeros` zero bytes. */
export function zstdFrame(plain: Uint8Array, zeros = 0): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32LE(magic)
  const blocks: Buffer[] = [Buffer.from(descriptor)]
  for (let at = 0; at < plain.length; at += blockBytesMax) {
    const piece = plain.subarray(at, at + blockBytesMax)
    blocks.push(blockHead(stored, piece.length), Buffer.from(piece))
  }
  for (let left = zeros; left > 0; left -= blockBytesMax) {
    blocks.push(blockHead(run, Math.min(left, blockBytesMax)), Buffer.alloc(1))
  }
  return Buffer.concat([head, ...blocks, blockHead(stored, 0, true)])
}

/** Three bytes, little-endian: whether it is the last, its type, its size. */
function blockHead(type: number, size: number, last = false): Buffer {
  const head = Buffer.alloc(3)
  head.writeUIntLE((size << 3) | (type << 1) | (last ? 1 : 0), 0, 3)
  return head
}
