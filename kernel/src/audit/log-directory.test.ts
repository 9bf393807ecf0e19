import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chained, firstLink } from '../tlog/chain.ts'
import { checkpointText } from '../tlog/checkpoint.ts'
import { bundleOf } from '../tlog/entries.ts'
import { TlogError } from '../tlog/error.ts'
import { leafHash } from '../tlog/hash.ts'
import { keyFromSeed, noteSigner } from '../tlog/note.ts'
import type { Resource } from '../tlog/tile.ts'
import { Tree } from '../tlog/tree.ts'
import { findLog } from './found-log.ts'
import { LogDirectory, newLog, type LogFiles } from './log-directory.ts'

const signer = noteSigner('test/audit', keyFromSeed(new Uint8Array(32).fill(1)))
const keys = [signer.key]

/** A disk in memory that ends after so many steps; what was in the middle of being written then is there in part. */
class Disk implements LogFiles {
  readonly files = new Map<string, Uint8Array>()
  readonly steps: string[] = []
  stepsLeft = Number.POSITIVE_INFINITY

  async write(path: string, bytes: Uint8Array): Promise<void> {
    this.#step(`write ${path}`)
    this.files.set(path, Uint8Array.from(bytes))
  }

  async append(path: string, at: number, bytes: Uint8Array): Promise<void> {
    const before = (this.files.get(path) ?? new Uint8Array(0)).subarray(0, at)
    try {
      this.#step(`append ${path}`)
    } catch (thrown) {
      this.files.set(path, Buffer.concat([before, bytes.subarray(0, bytes.length - 3)]))
      throw thrown
    }
    this.files.set(path, Buffer.concat([before, bytes]))
  }

  async remove(path: string): Promise<void> {
    this.#step(`remove ${path}`)
    this.files.delete(path)
  }

  #step(what: string): void {
    if (this.stepsLeft-- <= 0) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' })
    this.steps.push(what)
  }

  find() {
    const names = [...this.files.keys()]
      .filter((path) => path.startsWith('pending/'))
      .map((path) => path.slice(8))
    return findLog(async (path) => this.files.get(path) ?? null, names, keys)
  }
}

/** A log in memory, as the service has it. */
function logOf(size: number) {
  const tree = new Tree()
  const entries: Uint8Array[] = []
  let link = firstLink
  for (let at = 0; at < size; at++) {
    const entry = chained(at, link, { n: at })
    link = leafHash(entry)
    entries.push(entry)
    tree.append(link)
  }
  const read = async (resource: Resource) =>
    resource.kind === 'tile'
      ? (tree.tile(resource.tile) ?? assert.fail('no such tile'))
      : bundleOf(entries.slice(resource.index * 256, resource.index * 256 + resource.width))
  return {
    bundle: (from: number, to: number) => bundleOf(entries.slice(from, to)),
    checkpoint: (of: number) =>
      signer.sign(checkpointText({ origin: 'test/audit/1', size: of, root: tree.root(of) })),
    read,
    entries,
  }
}

/** 300 entries in three pieces, with a checkpoint after each of the first two. */
async function run(disk: Disk): Promise<number> {
  const log = logOf(300)
  const directory = new LogDirectory(disk, newLog)
  let acknowledged = 0
  const kept = async (from: number, to: number) => {
    await directory.keep(from, log.bundle(from, to))
    acknowledged = to
  }
  try {
    await kept(0, 40)
    await directory.publish(40, log.checkpoint(40), log.read)
    await kept(40, 290)
    await directory.publish(290, log.checkpoint(290), log.read)
    await kept(290, 300)
  } catch {
    // The process ends here.
  }
  return acknowledged
}

test('what was kept is found again, whichever step of the disk was the last', async () => {
  const whole = new Disk()
  assert.equal(await run(whole), 300)
  for (let steps = 0; steps <= whole.steps.length; steps++) {
    const disk = new Disk()
    disk.stepsLeft = steps
    const acknowledged = await run(disk)
    const found = await disk.find()
    assert.ok(found.state.kept >= acknowledged, `after ${steps} steps ${found.state.kept} of ${acknowledged}`)
    // And it can be gone on with from there.
    const log = logOf(301)
    const directory = new LogDirectory(disk, found.state)
    disk.stepsLeft = Number.POSITIVE_INFINITY
    await directory.keep(found.state.kept, log.bundle(found.state.kept, 301))
    await directory.publish(301, log.checkpoint(301), log.read)
    const again = await disk.find()
    assert.deepEqual(
      [again.signed.size, again.state.kept, again.tornBytes],
      [301, 301, 0],
      `after ${steps} steps`,
    )
  }
})

test('a checkpoint is written after all it speaks of, and old partial tiles go after it', async () => {
  const disk = new Disk()
  await run(disk)
  const second = disk.steps.lastIndexOf('write checkpoint')
  const of = (what: string) => disk.steps.indexOf(what)
  for (const path of ['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1', 'tile/entries/001.p/34']) {
    assert.ok(of(`write ${path}`) >= 0 && of(`write ${path}`) < second, path)
  }
  assert.ok(of('remove tile/entries/000.p/40') > second)
  assert.ok(of('remove pending/40') > second)
})

test('what the disk did not take is no longer in the way when it takes it', async () => {
  const disk = new Disk()
  const log = logOf(3)
  const directory = new LogDirectory(disk, newLog)
  await directory.keep(0, log.bundle(0, 1))
  disk.stepsLeft = 0
  await assert.rejects(directory.keep(1, log.bundle(1, 2)), /full/)
  assert.equal(directory.kept, 1)
  disk.stepsLeft = 10
  await directory.keep(1, log.bundle(1, 3))
  const found = await disk.find()
  assert.deepEqual([found.state.kept, found.tornBytes], [3, 0])
})

test('a torn end is dropped; everything else that was changed is refused by name', async () => {
  const disk = new Disk()
  await run(disk)
  const pending = disk.files.get('pending/290') ?? assert.fail()
  const changed = async (path: string, change: (bytes: Uint8Array) => Uint8Array, because: RegExp) => {
    const before = disk.files.get(path) ?? assert.fail(path)
    disk.files.set(path, change(Uint8Array.from(before)))
    await assert.rejects(
      disk.find(),
      (thrown) => thrown instanceof TlogError && because.test(thrown.message),
      path,
    )
    disk.files.set(path, before)
  }
  const flip = (at: number) => (bytes: Uint8Array) => {
    bytes[at] = (bytes[at] ?? 0) ^ 1
    return bytes
  }
  disk.files.set('pending/290', pending.subarray(0, pending.length - 5))
  const torn = await disk.find()
  assert.equal(torn.state.kept, 299)
  assert.ok(torn.tornBytes > 0)
  disk.files.set('pending/290', pending)
  await changed('pending/290', flip(10), /entry 290/)
  await changed('tile/entries/000', flip(2_000), /entry \d+/)
  await changed('tile/0/000', flip(5), /tile\/0\/000 does not fit/)
  await changed('checkpoint', flip(20), /checkpoint|signature|note/)
  disk.files.set('pending/295', pending)
  await assert.rejects(disk.find(), /follows 295 entries, and the checkpoint signs 290/)
})
