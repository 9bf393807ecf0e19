/** What a log says of itself at one moment, C2SP tlog-checkpoint: which log, how many entries, under which root. */

import { TlogError } from './error.ts'
import { hashText, parseHash } from './hash.ts'

export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

/** The text that is signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${hashText(root)}\n`
}

/** Lines after the third are for others to read. Throws a `TlogError`. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', written = '', rootWritten = ''] = text.split('\n')
  const size = Number(written)
  const root = parseHash(rootWritten)
  if (origin === '') throw new TlogError('the checkpoint has no origin')
  if (!/^(0|[1-9]\d*)$/.test(written) || !Number.isSafeInteger(size))
    throw new TlogError('the second line of the checkpoint is no size of a tree')
  if (root === null) throw new TlogError('the third line of the checkpoint is no root hash')
  return { origin, size, root }
}
