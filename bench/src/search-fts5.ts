/** The same documents and queries put to SQLite's FTS5 by Python, in a process of its own, which measures itself. */

import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { docOf, kinds, numbersFrom } from './search-docs.ts'

const script = new URL('../src/fts5.py', import.meta.url).pathname
const queries = 300

/** What it did in a second of processor time. */
export interface Fts5Measured {
  readonly version: string
  readonly docsPerSecond: number
  /** By kind of query; documents that have any of the words, and only those that have all. */
  readonly any: Readonly<Record<string, number>>
  readonly all: Readonly<Record<string, number>>
}

/** null when Python or its sqlite3 with FTS5 is not there. */
export async function measureFts5(docs: number, seed: number): Promise<Fts5Measured | null> {
  const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'ignore'] })
  child.on('error', () => child.stdout.destroy())
  // A child that ends early closes the pipe; that it has nothing to say is enough.
  child.stdin.on('error', () => undefined)
  Readable.from(input(docs, seed)).pipe(child.stdin)
  const text = await textOf(child.stdout)
  return text === '' ? null : JSON.parse(text)
}

function* input(docs: number, seed: number): Generator<string> {
  const next = numbersFrom(seed)
  for (let nth = 0; nth < docs; nth++) {
    const { id, fields } = docOf(nth, next)
    yield `${id}\t${fields.title}\t${fields.body}\n`
  }
  yield `\n${JSON.stringify(asked(seed))}\n`
}

/** Kinds of query that mean the same there. */
function asked(seed: number): Record<string, readonly string[]> {
  const same = kinds.filter(({ name }) => /\+|^two words$|^one common/.test(name))
  return Object.fromEntries(
    same.map(({ name, ask }) => {
      const next = numbersFrom(seed + 1)
      return [name, Array.from({ length: queries }, () => ask(next).q)]
    }),
  )
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  try {
    for await (const chunk of stream) text += String(chunk)
  } catch {
    return ''
  }
  return text
}
