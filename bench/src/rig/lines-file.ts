/** Datasets as text for peers to read: lines written in pieces, for all of them at once may be more than a string holds. */

import { closeSync, openSync, writeSync } from 'node:fs'

const pieceLength = 2 ** 20

export function writeLines(path: string, lines: Iterable<string>): void {
  const file = openSync(path, 'w')
  try {
    let piece = ''
    for (const line of lines) {
      piece += `${line}\n`
      if (piece.length < pieceLength) continue
      writeSync(file, piece)
      piece = ''
    }
    writeSync(file, piece)
  } finally {
    closeSync(file)
  }
}
