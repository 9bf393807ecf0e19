/**
 * Media as the records of the journal make it: uploads in progress and objects, of every tenant. It is a fold over
 * changes and decides nothing. Each chunk and each manifest is a part that its tenant holds, so content that
 * two objects share, or that has a name as well, is kept once and goes with the last that needs it.
 */

import type { Holdings } from '../holdings.ts'
import { OrderedNames } from '../ordered-names.ts'
import type { MediaChange } from './changes.ts'
import { Chunks, type Chunk } from './chunks.ts'

type Begin = Extract<MediaChange, { readonly kind: 'begin' }>
type Finish = Extract<MediaChange, { readonly kind: 'finish' }>

export interface Upload {
  readonly id: string
  readonly name: string
  /** How many there will be when it is finished. */
  readonly bytes: number
  readonly type: string
  /** As the uploader gave it: keys and values in base64. */
  readonly metadata: string
  readonly startedAtMs: number
  /** When the last piece came. */
  readonly touchedAtMs: number
  readonly chunks: Chunks
}

export interface MediaObject {
  /** The upload that made it. */
  readonly id: string
  readonly name: string
  readonly bytes: number
  readonly type: string
  readonly metadata: string
  readonly createdAtMs: number
  readonly chunks: Chunks
  readonly manifest: Chunk
}

interface Space {
  readonly uploads: Map<string, Upload>
  readonly objects: Map<string, MediaObject>
  readonly names: OrderedNames
  /** Upload → the name of the object it made. */
  readonly finished: Map<string, string>
}

export class Shelf {
  readonly #held: Holdings
  readonly #spaces = new Map<string, Space>()
  #entries = 0

  constructor(held: Holdings) {
    this.#held = held
  }

  /** Uploads, objects, and the chunks they list, which take room beside their content. */
  get entries(): number {
    return this.#entries
  }

  upload(tenant: string, id: string): Upload | undefined {
    return this.#spaces.get(tenant)?.uploads.get(id)
  }

  uploads(tenant: string): number {
    return this.#spaces.get(tenant)?.uploads.size ?? 0
  }

  find(tenant: string, name: string): MediaObject | undefined {
    return this.#spaces.get(tenant)?.objects.get(name)
  }

  /** The object that an upload made, while that is there. */
  made(tenant: string, id: string): MediaObject | undefined {
    const space = this.#spaces.get(tenant)
    const name = space?.finished.get(id)
    return name === undefined ? undefined : space?.objects.get(name)
  }

  /** Uploads that nothing came for since then. */
  *untouchedSince(ms: number): Generator<{ readonly tenant: string; readonly id: string }> {
    for (const [tenant, { uploads }] of this.#spaces)
      for (const { id, touchedAtMs } of uploads.values()) if (touchedAtMs <= ms) yield { tenant, id }
  }

  /** At most `limit` objects whose names begin with `prefix` and come after `after`, and whether there are more. */
  list(
    tenant: string,
    prefix: string,
    after: string,
    limit: number,
  ): { readonly items: MediaObject[]; readonly more: boolean } {
    const space = this.#spaces.get(tenant)
    const items: MediaObject[] = []
    for (const name of space?.names.from(after > prefix ? after : prefix) ?? []) {
      if (!name.startsWith(prefix)) break
      const object = space?.objects.get(name)
      if (name === after || object === undefined) continue
      if (items.length === limit) return { items, more: true }
      items.push(object)
    }
    return { items, more: false }
  }

  /** Does a change whose content is held once for each part it brings. Returns the holds to release. */
  apply(change: MediaChange): string[] {
    const { tenant } = change
    const space = this.#space(tenant)
    const unneeded = this.#applied(space, change)
    if (space.uploads.size === 0 && space.objects.size === 0) this.#spaces.delete(tenant)
    return unneeded
  }

  /** Does again what was recorded. The content is there already; what goes is swept up afterwards. */
  redo(change: MediaChange): void {
    const { vault } = this.#held
    for (const { address, bytes } of broughtBy(change)) vault.adopt(address, bytes)
    for (const address of this.apply(change)) vault.abandon(address)
  }

  /** Changes that would make all of this again. */
  *snapshot(): Generator<MediaChange> {
    for (const [tenant, { uploads, objects }] of this.#spaces) {
      for (const object of objects.values()) {
        const { id, createdAtMs: atMs, manifest } = object
        yield* begun(tenant, object, atMs, atMs)
        yield { kind: 'finish', tenant, id, atMs, chunks: [], manifest }
      }
      for (const upload of uploads.values())
        yield* begun(tenant, upload, upload.startedAtMs, upload.touchedAtMs)
    }
  }

  #applied(space: Space, change: MediaChange): string[] {
    switch (change.kind) {
      case 'begin':
        this.#begin(space, change)
        return []
      case 'piece':
        return this.#append(space, change)
      case 'finish':
        return this.#finish(space, change)
      case 'abandon': {
        const { chunks } = uploadOf(space, change.id)
        space.uploads.delete(change.id)
        return this.#drop(change.tenant, chunks.addresses())
      }
      case 'discard':
        return this.#discard(space, change.tenant, change.name)
    }
  }

  #begin(space: Space, { id, name, bytes, type, metadata, atMs }: Begin): void {
    this.#entries++
    const chunks = new Chunks()
    const times = { startedAtMs: atMs, touchedAtMs: atMs }
    space.uploads.set(id, { id, name, bytes, type, metadata, ...times, chunks })
  }

  #append(space: Space, { tenant, id, atMs, chunks }: Extract<MediaChange, { kind: 'piece' }>): string[] {
    const upload = uploadOf(space, id)
    space.uploads.set(id, { ...upload, touchedAtMs: atMs })
    return this.#add(tenant, upload, chunks)
  }

  #finish(space: Space, { tenant, id, atMs, chunks: last, manifest }: Finish): string[] {
    const upload = uploadOf(space, id)
    const { name, bytes, type, metadata, chunks } = upload
    space.uploads.delete(id)
    const spare = [...this.#add(tenant, upload, last), ...this.#held.addPart(tenant, manifest)]
    const before = space.objects.has(name) ? this.#discard(space, tenant, name) : []
    space.objects.set(name, { id, name, bytes, type, metadata, createdAtMs: atMs, chunks, manifest })
    space.names.add(name)
    space.finished.set(id, name)
    return [...spare, ...before]
  }

  /** Puts chunks at the end of an upload. Returns the holds to release. */
  #add(tenant: string, upload: Upload, chunks: readonly Chunk[]): string[] {
    this.#entries += chunks.length
    return chunks.flatMap((chunk) => {
      upload.chunks.append(chunk)
      return this.#held.addPart(tenant, chunk)
    })
  }

  #discard(space: Space, tenant: string, name: string): string[] {
    const object = space.objects.get(name)
    if (object === undefined) throw new Error('discarded an object that is not there')
    space.objects.delete(name)
    space.names.delete(name)
    space.finished.delete(object.id)
    return [
      ...this.#drop(tenant, object.chunks.addresses()),
      ...this.#held.dropParts(tenant, [object.manifest.address]),
    ]
  }

  /** An upload or an object is gone, and with it the list of its chunks. */
  #drop(tenant: string, addresses: readonly string[]): string[] {
    this.#entries -= 1 + addresses.length
    return this.#held.dropParts(tenant, addresses)
  }

  #space(tenant: string): Space {
    const known = this.#spaces.get(tenant)
    if (known !== undefined) return known
    const space = {
      uploads: new Map<string, Upload>(),
      objects: new Map<string, MediaObject>(),
      names: new OrderedNames(),
      finished: new Map<string, string>(),
    }
    this.#spaces.set(tenant, space)
    return space
  }
}

/** The content that a change brings along. */
export function broughtBy(change: MediaChange): readonly Chunk[] {
  if (change.kind === 'piece') return change.chunks
  return change.kind === 'finish' ? [...change.chunks, change.manifest] : []
}

function uploadOf({ uploads }: Space, id: string): Upload {
  const upload = uploads.get(id)
  if (upload === undefined) throw new Error('changed an upload that is not there')
  return upload
}

function* begun(
  tenant: string,
  { id, name, bytes, type, metadata, chunks }: Omit<Upload, 'startedAtMs' | 'touchedAtMs'>,
  startedAtMs: number,
  touchedAtMs: number,
): Generator<MediaChange> {
  yield { kind: 'begin', tenant, id, name, bytes, type, metadata, atMs: startedAtMs }
  for (const chunk of chunks) yield { kind: 'piece', tenant, id, atMs: touchedAtMs, chunks: [chunk] }
}
