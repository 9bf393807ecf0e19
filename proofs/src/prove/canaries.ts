/** Marks that are given to a node and looked for in its memory, its output and its files. */

import type { ProcessMemory, Region } from './memory.ts'

/** Long enough that chance writes none, and a multiple of three, so that base64 has it as one text. */
const markBytes = 24

export interface Canary {
  readonly name: string
  /** Whether no copy may be left, since the node owns each: keys. Of the rest the journals and pages are the node's own. */
  readonly secret: boolean
  /** How it may lie in memory. */
  readonly forms: readonly Form[]
}

interface Form {
  /** `digits` are those of hex as numbers, a byte for each. */
  readonly name: 'raw' | 'hex' | 'digits' | 'base64' | 'utf16'
  readonly bytes: Buffer
}

/** A text that is unlike any other. `random` are at least 12 bytes. */
export function markOf(name: string, random: Uint8Array): string {
  return `${name}-${Buffer.from(random).toString('hex')}`.slice(0, markBytes).padEnd(markBytes, '-')
}

export function textCanary(name: string, mark: string): Canary {
  const raw = Buffer.from(mark)
  return {
    name,
    secret: false,
    forms: [
      { name: 'raw', bytes: raw },
      { name: 'base64', bytes: Buffer.from(raw.toString('base64')) },
      { name: 'utf16', bytes: Buffer.from(mark, 'utf16le') },
    ],
  }
}

export function keyCanary(name: string, key: Buffer): Canary {
  return {
    name,
    secret: true,
    forms: [
      { name: 'raw', bytes: key },
      { name: 'hex', bytes: Buffer.from(key.toString('hex')) },
      { name: 'digits', bytes: Buffer.from([...key].flatMap((byte) => [byte >> 4, byte & 15])) },
    ],
  }
}

export interface Sighting {
  readonly canary: string
  readonly form: Form['name']
  readonly copies: number
  /** By the kind of memory: `[heap]`, `anonymous`, a path. */
  readonly where: Readonly<Record<string, number>>
}

/** Every copy of every mark that lies in what a process has written, none counted twice. */
export function sightings(memory: ProcessMemory, canaries: readonly Canary[]): readonly Sighting[] {
  const forms = canaries.flatMap(({ name, forms }) =>
    forms.map((form) => ({ canary: name, form, where: new Map<string, number>() })),
  )
  const longest = Math.max(...forms.map(({ form }) => form.bytes.length))
  for (const region of memory.written()) {
    let seenUpTo = 0
    for (const { at, bytes } of memory.pieces(region, longest - 1)) {
      for (const { form, where } of forms) {
        for (const place of placesOf(form.bytes, bytes)) {
          // What ends within the piece before was counted there.
          if (at + place + form.bytes.length > seenUpTo) add(where, kindOf(region))
        }
      }
      seenUpTo = at + bytes.length
    }
  }
  return forms.map(({ canary, form, where }) => ({
    canary,
    form: form.name,
    copies: [...where.values()].reduce((sum, count) => sum + count, 0),
    where: Object.fromEntries(where),
  }))
}

function* placesOf(needle: Buffer, bytes: Buffer): Generator<number> {
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) yield at
}

function kindOf({ name }: Region): string {
  return name === '' ? 'anonymous' : name.startsWith('[stack') ? '[stack]' : name
}

function add(where: Map<string, number>, kind: string): void {
  where.set(kind, (where.get(kind) ?? 0) + 1)
}
