/** Peers that Python has a module for, each in a process of its own that measures itself: SQLite's FTS5 and Xapian. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findPython } from '../rig/peers.ts'
import { secondsPerKind, type Corpus, type PeerFound, type SearchPeer } from './peer.ts'

export const fts5: SearchPeer = {
  name: 'SQLite FTS5',
  measure: (corpus, docs) => measured('sqlite3', 'fts5.py', corpus, docs),
}

export const xapian: SearchPeer = {
  name: 'Xapian',
  measure: (corpus, docs) => measured('xapian', 'xapian_peer.py', corpus, docs),
}

async function measured(
  module: string,
  script: string,
  { file, queries }: Corpus,
  docs: number,
): Promise<PeerFound | null> {
  const python = findPython(module)
  if (python === null) return null
  const path = new URL(`../../src/search/${script}`, import.meta.url).pathname
  const child = spawn(python, [path, file, `${docs}`, `${secondsPerKind}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  child.stdin.end(JSON.stringify(queries))
  let text = ''
  for await (const chunk of child.stdout) text += String(chunk)
  const [code] = await closed
  if (code !== 0) throw new Error(`${script} ended with ${code}`)
  return JSON.parse(text)
}
