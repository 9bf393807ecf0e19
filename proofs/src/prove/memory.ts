/**
 * The memory of another process on Linux, read page by page where pages are present: `/proc/PID/maps` says what is
 * mapped, `/proc/PID/pagemap` which of it is in memory or swapped out, `/proc/PID/mem` what it holds.
 */

import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

const pageBytes = 4096
const pieceBytes = 1024 * 1024
const entryBytes = 8
/** Bits 63 and 62 of an entry: present, swapped. They are in its last byte. */
const inUse = 0b1100_0000

export interface Region {
  readonly start: number
  readonly end: number
  /** `rw-p` and the like. */
  readonly mode: string
  /** A path, `[heap]`, `[stack]`; empty for memory without a name. */
  readonly name: string
}

export interface Piece {
  readonly region: Region
  readonly at: number
  readonly bytes: Buffer
}

/** What is mapped and can be read, in the order of addresses. */
function readRegions(maps: string): readonly Region[] {
  return maps.split('\n').flatMap((line) => {
    const [, start, end, mode, name = ''] =
      /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+ *(.*)$/.exec(line) ?? []
    if (start === undefined || end === undefined || mode === undefined) return []
    return [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16), mode, name }]
  })
}

export class ProcessMemory {
  readonly #pid: number
  readonly #memory: number
  readonly #pages: number

  /** Throws where this user may not read it. */
  constructor(pid: number) {
    this.#pid = pid
    this.#memory = openSync(`/proc/${pid}/mem`, 'r')
    this.#pages = openSync(`/proc/${pid}/pagemap`, 'r')
  }

  close(): void {
    closeSync(this.#memory)
    closeSync(this.#pages)
  }

  /** What a process writes: its own memory, and not what it maps of files to read. */
  written(): readonly Region[] {
    const all = readRegions(readFileSync(`/proc/${this.#pid}/maps`, 'utf8'))
    return all.filter(({ mode, name }) => mode.startsWith('rw') && !/^\[v(var|syscall|dso)/.test(name))
  }

  /** All of a region that is in use, in pieces that overlap by so many bytes where they touch. */
  *pieces(region: Region, overlap = 0): Generator<Piece> {
    for (const run of this.#runs(region)) {
      for (let at = run.start; at < run.end; at += pieceBytes) {
        const from = Math.max(run.start, at - overlap)
        const bytes = this.read(from, Math.min(at + pieceBytes, run.end) - from)
        if (bytes.length > 0) yield { region, at: from, bytes }
      }
    }
  }

  /** Shorter where it ends, or empty where nothing is. */
  read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length)
    try {
      return bytes.subarray(0, readSync(this.#memory, bytes, 0, length, at))
    } catch {
      return bytes.subarray(0, 0)
    }
  }

  #runs({ start, end }: Region): readonly { readonly start: number; readonly end: number }[] {
    const count = (end - start) / pageBytes
    const entries = Buffer.alloc(count * entryBytes)
    const got =
      readSync(this.#pages, entries, 0, entries.length, (start / pageBytes) * entryBytes) / entryBytes
    const runs: { start: number; end: number }[] = []
    for (let page = 0; page < got; page++) {
      if (((entries[page * entryBytes + entryBytes - 1] ?? 0) & inUse) === 0) continue
      const at = start + page * pageBytes
      const last = runs.at(-1)
      if (last?.end === at) last.end += pageBytes
      else runs.push({ start: at, end: at + pageBytes })
    }
    return runs
  }
}
