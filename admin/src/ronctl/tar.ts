/** A tar archive of small files (POSIX ustar, IEEE Std 1003.1-1988). Pure. */

export interface Part {
  /** Up to 100 bytes of ASCII. */
  readonly name: string
  readonly bytes: Uint8Array
}

const blockBytes = 512
const nameBytesMax = 100

/** Files that their owner alone may read, of that time (milliseconds since the Unix epoch). */
export function tar(parts: readonly Part[], atMs: number): Uint8Array {
  const blocks = parts.flatMap(({ name, bytes }) => [header(name, bytes.length, atMs), padded(bytes)])
  // Two empty blocks end it.
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)])
}

function padded(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes)])
}

/*  0 name  100 mode  108 uid  116 gid  124 size  136 mtime  148 checksum  156 type  257 magic  */
function header(name: string, bytes: number, atMs: number): Uint8Array {
  if (!/^[\x21-\x7e]+$/.test(name) || name.length > nameBytesMax)
    throw new RangeError(`${name} is no name for a part`)
  const block = Buffer.alloc(blockBytes)
  block.write(name, 0)
  block.write(octal(0o600, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  block.write(octal(bytes, 12), 124)
  block.write(octal(Math.floor(atMs / 1_000), 12), 136)
  block.write(' '.repeat(8), 148)
  block.write('0', 156)
  block.write('ustar\u000000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148)
  return block
}

/** A field of so many bytes, the last of them zero. */
function octal(value: number, bytes: number): string {
  return `${value.toString(8).padStart(bytes - 1, '0')}\u0000`
}
