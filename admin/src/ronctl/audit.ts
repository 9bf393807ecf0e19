/**
 * What `ronctl audit` finds out. It believes a checkpoint because of its signature, and everything else because it
 * leads to the root that was signed; where the files come from makes no difference.
 */

import { checkLink, firstLink } from '@ron/kernel/tlog/chain'
import { checkLog, readResource, type ReadFile } from '@ron/kernel/tlog/check-log'
import { parseCheckpoint, type Checkpoint } from '@ron/kernel/tlog/checkpoint'
import { entriesOf } from '@ron/kernel/tlog/entries'
import { TlogError } from '@ron/kernel/tlog/error'
import { hashText, isSameHash, leafHash } from '@ron/kernel/tlog/hash'
import { openNote, parseVerifierKey, type NoteKey } from '@ron/kernel/tlog/note'
import { provesInclusion } from '@ron/kernel/tlog/proof'
import { inclusionSpans } from '@ron/kernel/tlog/spans'
import { inclusionProof, tilesFor } from '@ron/kernel/tlog/tile-hashes'
import { resourcePath, resourcesOf, tilePath, tileWidth, widthAt, type Resource } from '@ron/kernel/tlog/tile'
import type { Tree } from '@ron/kernel/tlog/tree'
import { checkEventRoot, parseStatement } from './audit-statement.ts'
import { answered, failed, type Outcome } from './outcome.ts'
import { visible } from './plain.ts'

/** A log and where to read it. */
export interface AuditedLog {
  /** Null: the log is asked for it. */
  readonly key: string | null
  /** A file by its path, which begins with a slash; null when there is none. Rejects when it cannot be read. */
  readonly file: ReadFile
}

/** The folder of a log. */
export interface Files {
  /** Null when there is no such file. Rejects with the reason for one that cannot be read. */
  read(path: string): Promise<Uint8Array | null>
  /** Makes the file whole or not at all, and the folders it is in. */
  write(path: string, bytes: Uint8Array): Promise<void>
}

/** Copies what the folder does not have. A full tile never changes, so one that is there is not read again. */
export async function mirrorOutcome(log: AuditedLog, folder: string, copy: Files): Promise<Outcome> {
  return outcomeOf(async () => {
    const { note, checkpoint } = await signedHead(log)
    const { size } = checkpoint
    let files = 0
    for (const resource of resourcesOf(size)) {
      const path = `${folder}/${resourcePath(resource)}`
      if (isFull(resource) && (await copy.read(path)) !== null) continue
      await copy.write(path, await readResource(resource, within(log)))
      files++
    }
    await copy.write(`${folder}/checkpoint`, Buffer.from(note))
    const text = `${files} files were copied; with those that were there they hold ${size} records`
    return answered(text, { ok: true, files, size })
  })
}

/** What a log is held against beside its own checkpoint: files with others of its checkpoints, null for none. */
export interface Against {
  /** An older one, which the log must continue. */
  readonly since: string | null
  /** One that signs the root inclusion is proven under, which must be over the log's records. */
  readonly statement: string | null
}

export async function verifyOutcome(
  log: AuditedLog,
  { since, statement }: Against,
  read: ReadFile,
): Promise<Outcome> {
  return outcomeOf(async () => {
    const { checkpoint, key, trusted } = await signedHead(log)
    const older = since === null ? null : parseCheckpoint(await signedText(since, read, key))
    const stated = statement === null ? null : parseStatement(await signedText(statement, read, key))
    let before = firstLink
    const tree = await checkLog(checkpoint, within(log), (index, entry, leaf) => {
      checkLink(index, entry, before)
      before = leaf
    })
    if (older !== null) checkContinues(tree, older)
    const continued = older === null ? '' : `, and continues what was signed at ${older.size}`
    if (stated !== null) {
      checkContinues(tree, stated.checkpoint)
      await checkEventRoot(stated, tree)
    }
    const proven =
      stated === null
        ? ''
        : `; records ${stated.first} to ${stated.end - 1} have the root ${stated.root} of Poseidon`
    return answered(`${whole(checkpoint)}${continued}${proven}${trusted}`, {
      ok: true,
      ...facts(checkpoint),
      since: older?.size ?? null,
      event_root: stated?.root ?? null,
    })
  })
}

export async function proveOutcome(log: AuditedLog, index: number): Promise<Outcome> {
  return outcomeOf(async () => {
    const { note, checkpoint, trusted } = await signedHead(log)
    const { entry, leaf, proof } = await provenRecord(log, checkpoint, index)
    const record = Buffer.from(entry).toString()
    const hashes = proof.map(hashText)
    const json = { ok: true, index, ...facts(checkpoint), leaf: hashText(leaf), proof: hashes }
    const text = `${visible(record)}\nrecord ${index} is in the log: ${whole(checkpoint)}${trusted}`
    return answered(text, { ...json, record: JSON.parse(record), checkpoint: note })
  })
}

/** A record that is in the tree of the checkpoint. Throws a `TlogError` for one that is not. */
export async function provenRecord(log: AuditedLog, { size, root }: Checkpoint, index: number) {
  if (index >= size) throw new TlogError(`the checkpoint is of ${size} records; ${index} is not among them`)
  const entry = await entryAt(log, index, size)
  const leaf = leafHash(entry)
  const proof = await proofOf(log, index, size)
  if (!provesInclusion({ index, size, leaf, root }, proof))
    throw new TlogError(`record ${index} is not in the tree that the checkpoint signs`)
  return { entry, leaf, proof }
}

function isFull(resource: Resource): boolean {
  return (resource.kind === 'tile' ? resource.tile.width : resource.width) === tileWidth
}

async function entryAt(log: AuditedLog, index: number, size: number): Promise<Uint8Array> {
  const bundle = Math.floor(index / tileWidth)
  const width = widthAt(0, bundle, size)
  const entries = entriesOf(await readResource({ kind: 'entries', index: bundle, width }, within(log)))
  const entry = entries[index - bundle * tileWidth]
  if (entry === undefined) throw new TlogError(`the bundle of record ${index} lacks it`)
  return entry
}

/** Made here, from the tiles. */
async function proofOf(log: AuditedLog, index: number, size: number): Promise<Uint8Array[]> {
  const tiles = new Map<string, Uint8Array>()
  for (const tile of tilesFor(inclusionSpans(index, size), size)) {
    tiles.set(tilePath(tile), await readResource({ kind: 'tile', tile }, within(log)))
  }
  return inclusionProof(index, size, (tile) => tiles.get(tilePath(tile)) ?? new Uint8Array(0))
}

/** What the log says of itself, once the signature says that it is the log's own word. */
async function signedHead(log: AuditedLog) {
  const note = await textOf('/checkpoint', log.file)
  return { note, ...(await openedHead(log, note)) }
}

/** A checkpoint of the log, once the signature says that it is the log's own word. Throws a `TlogError`. */
export async function openedHead(log: AuditedLog, note: string) {
  const key = parseVerifierKey(log.key ?? (await ownKey(log)))
  const text = openNote(note, [key])
  const checkpoint = parseCheckpoint(text)
  // A key that outlives a log signs the next one under its name and something more.
  if (checkpoint.origin !== key.name && !checkpoint.origin.startsWith(`${key.name}/`))
    throw new TlogError(`the checkpoint is of ${checkpoint.origin}, and the key of ${key.name}`)
  const trusted = log.key === null ? '; the key is what the node says it is' : ''
  return { text, checkpoint, key, trusted }
}

async function signedText(path: string, read: ReadFile, key: NoteKey): Promise<string> {
  return openNote(await textOf(path, read), [key])
}

function checkContinues(tree: Tree, { size, root }: Checkpoint): void {
  if (size > tree.size || !isSameHash(tree.root(size), root))
    throw new TlogError(`the log does not continue what was signed at ${size} records`)
}

async function ownKey({ file }: AuditedLog): Promise<string> {
  const status: unknown = JSON.parse(await textOf('', file))
  return String(Reflect.get(Object(status), 'key'))
}

async function textOf(path: string, read: ReadFile): Promise<string> {
  const bytes = await read(path)
  if (bytes === null) throw new TlogError(`${path} is missing`)
  return new TextDecoder().decode(bytes)
}

/** The files of a log are named without a slash at their beginning. */
function within({ file }: AuditedLog): ReadFile {
  return (path) => file(`/${path}`)
}

function facts({ origin, size, root }: Checkpoint) {
  return { origin, size, root: hashText(root) }
}

function whole({ origin, size, root }: Checkpoint): string {
  return visible(`${origin} has ${size} records under the root ${hashText(root)}`)
}

/** A log that is not what it should be, and one that cannot be read, are the same to whoever relies on it. */
export async function outcomeOf(find: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await find()
  } catch (thrown) {
    return failed(visible(thrown instanceof Error ? thrown.message : String(thrown)))
  }
}
