/**
 * Media: objects larger than a message, uploaded piece by piece and kept as chunks. The chunks of a piece are stored,
 * and recorded at once, before it is acknowledged, so an upload goes on where it was after whatever happens; the last
 * piece also stores the manifest and puts the object under its name, in the same record. It knows no HTTP and no tus.
 */

import type { Clock } from '@ron/kernel/ports/clock'
import type { Log } from '@ron/kernel/ports/log'
import type { Random } from '@ron/kernel/ports/random'
import { addressOf } from '../address.ts'
import type { State } from '../state.ts'
import type { Reading } from '../vault.ts'
import type { MediaChange } from './changes.ts'
import type { Chunk } from './chunks.ts'
import { chunkBytesFor, cut } from './cut.ts'
import { manifestOf } from './manifest.ts'
import { Watchers } from './watchers.ts'
import { elsewhere, gone, pieceRefusal, type Refused } from './refusals.ts'
import type { MediaObject } from './shelf.ts'

export interface MediaLimits {
  /** Of one object. */
  readonly mediaBytesMax: number
  /** In progress, of one tenant. */
  readonly mediaUploadsMax: number
  /** Without a piece, until an upload is given up. */
  readonly mediaUploadAgeMs: number
}

interface MediaPorts {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** How far an upload is. `object` is there once it is finished. */
export interface Progress {
  readonly id: string
  readonly name: string
  readonly offset: number
  readonly bytes: number
  readonly metadata: string
  /** When it is given up unless a piece comes; null for a finished one. */
  readonly expiresAtMs: number | null
  readonly object: MediaObject | null
}

type Outcome<Code extends string> = Progress | Refused<Code>

interface Content {
  readonly chunk: Chunk
  readonly content: Uint8Array
}

/** Uploads that are given up are looked for this often. */
const sweepEveryMs = 60_000

export class Media {
  readonly watchers = new Watchers()
  readonly #state: State
  readonly #limits: MediaLimits
  readonly #clock: Clock
  readonly #random: Random
  readonly #log: Log
  #cancelSweep = () => {}

  constructor(state: State, limits: MediaLimits, { clock, random, log }: MediaPorts) {
    this.#state = state
    this.#limits = limits
    this.#clock = clock
    this.#random = random
    this.#log = log
    this.#sweepLater()
  }

  /** Begins an upload of so many bytes, at least one, which `name` will stand for when it is finished. */
  async begin(
    tenant: string,
    name: string,
    bytes: number,
    type: string,
    metadata: string,
  ): Promise<Outcome<'TooLarge' | 'QuotaExceeded' | 'Full'>> {
    if (this.#state.shelf.uploads(tenant) >= this.#limits.mediaUploadsMax) await this.sweep()
    const refused = this.#beginRefusal(tenant, bytes)
    if (refused !== undefined) return refused
    const id = Buffer.from(this.#random.bytes(16)).toString('hex')
    const atMs = this.#clock.now()
    const change = { kind: 'begin', tenant, id, name, bytes, type, metadata, atMs } as const
    this.#state.record(change)
    this.#state.shelf.apply(change)
    const expiresAtMs = atMs + this.#limits.mediaUploadAgeMs
    return this.#state.journal.acknowledge({
      id,
      name,
      bytes,
      offset: 0,
      metadata,
      expiresAtMs,
      object: null,
    })
  }

  /** Takes the piece at an offset, which must be where the upload is. A piece of no bytes changes nothing. */
  async append(
    tenant: string,
    id: string,
    offset: number,
    content: Uint8Array,
  ): Promise<Outcome<'NotFound' | 'Conflict' | 'TooLarge' | 'Full'>> {
    const progress = this.progress(tenant, id)
    if (progress === undefined) return gone(id)
    if (progress.offset !== offset) return elsewhere(progress.offset, offset)
    if (content.length === 0) return progress
    const before = this.#state.shelf.upload(tenant, id)?.chunks.count ?? 0
    const left = progress.bytes - offset
    const refused = pieceRefusal(before, content.length, left)
    if (refused !== undefined) return refused
    const chunkBytes = chunkBytesFor(before, content.length, left - content.length)
    return this.#store(tenant, id, offset, cut(content, chunkBytes).map(contentOf))
  }

  /** How far an upload is; undefined when there is none, or no longer. */
  progress(tenant: string, id: string): Progress | undefined {
    const object = this.#state.shelf.made(tenant, id)
    if (object !== undefined) {
      const { name, bytes, metadata } = object
      return { id, name, bytes, offset: bytes, metadata, expiresAtMs: null, object }
    }
    const upload = this.#state.shelf.upload(tenant, id)
    if (upload === undefined) return undefined
    const { name, bytes, metadata, chunks, touchedAtMs } = upload
    const expiresAtMs = touchedAtMs + this.#limits.mediaUploadAgeMs
    if (expiresAtMs <= this.#clock.now()) return undefined
    return { id, name, bytes, offset: chunks.bytes, metadata, expiresAtMs, object: null }
  }

  /** Ends an upload and frees what came of it. False when it is not in progress. */
  async abandon(tenant: string, id: string): Promise<boolean> {
    const upload = this.#state.shelf.upload(tenant, id)
    if (upload === undefined) return false
    await this.#leave({ kind: 'abandon', tenant, id }, tenant, [...upload.chunks])
    return true
  }

  find(tenant: string, name: string): MediaObject | undefined {
    return this.#state.shelf.find(tenant, name)
  }

  list(
    tenant: string,
    prefix: string,
    after: string,
    limit: number,
  ): { readonly items: readonly MediaObject[]; readonly more: boolean } {
    return this.#state.shelf.list(tenant, prefix, after, limit)
  }

  /** Removes an object and frees its chunks. */
  async discard(tenant: string, object: MediaObject): Promise<void> {
    const { name, chunks, manifest } = object
    await this.#leave({ kind: 'discard', tenant, name }, tenant, [...chunks, manifest])
  }

  /** The bytes of an object from `start` on, to `end` or to where their chunk ends. */
  async read({ chunks }: MediaObject, start: number, end: number): Promise<Reading> {
    const chunk = chunks.at(start)
    if (chunk === undefined) return { kind: 'gone' }
    return this.#state.held.vault.read(chunk.address, start - chunk.start, end - chunk.start)
  }

  readManifest({ manifest }: MediaObject): Promise<Reading> {
    return this.#state.held.vault.read(manifest.address)
  }

  /** Gives up uploads that nothing came for. */
  async sweep(): Promise<void> {
    const untouched = [...this.#state.shelf.untouchedSince(this.#clock.now() - this.#limits.mediaUploadAgeMs)]
    for (const { tenant, id } of untouched) await this.abandon(tenant, id)
  }

  stop(): void {
    this.#cancelSweep()
    this.watchers.stop()
  }

  /** Stores a piece, and with the last one the manifest, and records both at once. */
  async #store(
    tenant: string,
    id: string,
    offset: number,
    piece: readonly Content[],
  ): Promise<Outcome<'NotFound' | 'Conflict' | 'Full'>> {
    const upload = this.#state.shelf.upload(tenant, id)
    if (upload === undefined) return gone(id)
    const atMs = this.#clock.now()
    const chunks = piece.map(({ chunk }) => chunk)
    const isLast = chunks.reduce((end, { bytes }) => end + bytes, offset) === upload.bytes
    const manifest = isLast ? contentOf(manifestOf(upload, chunks, atMs)) : null
    const contents = manifest === null ? piece : [...piece, manifest]
    const parts = contents.map(({ chunk }) => chunk)
    // A holder for each, and a place in the list for each chunk.
    const full = this.#state.budget.refusal(tenant, parts, parts.length + chunks.length)
    if (full !== undefined) return full

    await this.#holdAll(contents)
    const letGo = () => this.#state.release(parts.map(({ address }) => address))
    // Storing took a moment, in which the upload may have gone on or ended.
    const now = this.#state.shelf.upload(tenant, id)
    if (now?.chunks.bytes !== offset) {
      await letGo()
      return now === undefined ? gone(id) : elsewhere(now.chunks.bytes, offset)
    }
    const change: MediaChange =
      manifest === null
        ? { kind: 'piece', tenant, id, atMs, chunks }
        : { kind: 'finish', tenant, id, atMs, chunks, manifest: manifest.chunk }
    try {
      this.#state.record(change)
    } catch (cause) {
      await letGo()
      throw cause
    }
    const replaced = isLast ? this.find(tenant, upload.name) : undefined
    const unneeded = this.#state.shelf.apply(change)
    this.#changed(tenant, [
      ...parts,
      ...(replaced === undefined ? [] : [...replaced.chunks, replaced.manifest]),
    ])
    const progress = this.progress(tenant, id)
    await this.#state.release(unneeded)
    await this.#state.journal.acknowledge(undefined)
    if (progress?.object) this.watchers.stored(tenant, progress.object)
    return progress ?? gone(id)
  }

  async #holdAll(contents: readonly Content[]): Promise<void> {
    const { vault } = this.#state.held
    const holds = await Promise.allSettled(
      contents.map(async ({ chunk: { address }, content }) => {
        await vault.hold(address, content)
        return address
      }),
    )
    const failed = holds.find((hold) => hold.status === 'rejected')
    if (failed === undefined) return
    await this.#state.release(holds.flatMap((hold) => (hold.status === 'fulfilled' ? [hold.value] : [])))
    throw failed.reason
  }

  async #leave(change: MediaChange, tenant: string, parts: readonly Chunk[]): Promise<void> {
    const undone = parts.map((chunk): MediaChange => ({
      kind: 'piece',
      tenant,
      id: '0'.repeat(32),
      atMs: 0,
      chunks: [chunk],
    }))
    this.#state.recordRelease(change, undone)
    const unneeded = this.#state.shelf.apply(change)
    this.#changed(tenant, parts)
    await this.#state.release(unneeded)
    await this.#state.journal.acknowledge(undefined)
  }

  #changed(tenant: string, parts: readonly Chunk[]): void {
    this.#state.changed(
      tenant,
      null,
      parts.map(({ address }) => address),
    )
  }

  #beginRefusal(tenant: string, bytes: number): Refused<'TooLarge' | 'QuotaExceeded' | 'Full'> | undefined {
    const { mediaBytesMax, mediaUploadsMax } = this.#limits
    if (bytes > mediaBytesMax) {
      const because = `an object of media has at most ${mediaBytesMax} bytes; raise storage.media_bytes_max`
      return { refused: 'TooLarge', because }
    }
    const uploads = this.#state.shelf.uploads(tenant)
    if (uploads >= mediaUploadsMax) {
      const because = `${uploads} uploads are in progress, the limit storage.media_uploads_max; finish or delete one`
      return { refused: 'QuotaExceeded', because }
    }
    return this.#state.budget.refusal(tenant, [{ address: '', bytes }], 3)
  }

  #sweepLater(): void {
    this.#cancelSweep = this.#clock.after(sweepEveryMs, () => {
      this.#sweepLater()
      // A full journal takes nothing for now; they are no longer found, and the next time frees them.
      this.sweep().catch((cause: unknown) =>
        this.#log.warn('uploads that were left could not be freed', { because: String(cause) }),
      )
    })
  }
}

function contentOf(content: Uint8Array): Content {
  return { chunk: { address: addressOf(content), bytes: content.length }, content }
}
