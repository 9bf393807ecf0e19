import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chained, checkLink, firstLink } from './chain.ts'
import { checkLog, readResource } from './check-log.ts'
import { bundleOf, entriesOf } from './entries.ts'
import { TlogError } from './error.ts'
import { emptyRoot, leafHash } from './hash.ts'
import { resourcePath, resourcesOf, tileWidth } from './tile.ts'
import { Tree } from './tree.ts'

const fails = (says: RegExp) => (thrown: unknown) => thrown instanceof TlogError && says.test(thrown.message)

/** A log of so many chained entries as files, and what its checkpoint says. */
function logOf(size: number, last = '') {
  const tree = new Tree()
  const entries: Uint8Array[] = []
  let before = firstLink
  for (let seq = 0; seq < size; seq++) {
    const entry = chained(seq, before, { what: `act ${seq}${seq === size - 1 ? last : ''}` })
    before = leafHash(entry)
    entries.push(entry)
    tree.append(before)
  }
  const files = new Map<string, Uint8Array>()
  for (const resource of resourcesOf(size)) {
    const bytes =
      resource.kind === 'tile'
        ? (tree.tile(resource.tile) ?? assert.fail())
        : bundleOf(entries.slice(resource.index * tileWidth, resource.index * tileWidth + resource.width))
    files.set(resourcePath(resource), Buffer.from(bytes))
  }
  const read = async (path: string) => files.get(path) ?? null
  return { files, read, checkpoint: { origin: 'test', size, root: tree.root() } }
}

const linked = () => {
  let before = firstLink
  return (index: number, entry: Uint8Array, leaf: Uint8Array) => {
    checkLink(index, entry, before)
    before = leaf
  }
}

test('the files of a log are what its checkpoint says', async () => {
  for (const size of [0, 1, 255, 256, 257, 600]) {
    const { checkpoint, read } = logOf(size)
    let seen = 0
    await checkLog(checkpoint, read, () => seen++)
    await checkLog(checkpoint, read, linked())
    assert.equal(seen, size)
  }
})

test('one byte that was changed, or one file that is gone, is found and named', async () => {
  const { files, checkpoint, read } = logOf(600)
  for (const [path, bytes] of [...files]) {
    for (const at of [2, bytes.length >> 1, bytes.length - 1]) {
      files.set(
        path,
        bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)),
      )
      await assert.rejects(
        checkLog(checkpoint, read, () => {}),
        TlogError,
        `${path} ${at}`,
      )
    }
    files.delete(path)
    await assert.rejects(
      checkLog(checkpoint, read, () => {}),
      fails(new RegExp(`${path} is missing`)),
    )
    files.set(path, bytes)
  }
  await checkLog(checkpoint, read, () => {})
})

test('a log that was written anew from some entry on is not the one that was signed', async () => {
  const { checkpoint } = logOf(300)
  const anew = logOf(300, ' never was')
  await checkLog(anew.checkpoint, anew.read, linked())
  await assert.rejects(checkLog(checkpoint, anew.read, linked()), fails(/do not have the root/))
})

test('a full tile stands for the partial one it came from', async () => {
  const { files, read } = logOf(256)
  const small = logOf(100).checkpoint
  assert.equal(files.has('tile/0/000.p/100'), false)
  await checkLog(small, read, linked())
  const entries = await readResource({ kind: 'entries', index: 0, width: 100 }, read)
  assert.equal(entriesOf(entries).length, 100)
})

test('a file that is too short is named', async () => {
  const { files, checkpoint, read } = logOf(300)
  files.set('tile/0/001.p/44', new Uint8Array(32))
  await assert.rejects(
    checkLog(checkpoint, read, () => {}),
    fails(/tile\/0\/001.p\/44 is too short/),
  )
  files.set('tile/entries/000', bundleOf([Uint8Array.of(1)]))
  await assert.rejects(
    checkLog(checkpoint, read, () => {}),
    fails(/tile\/entries\/000 has 1 entries/),
  )
})

test('an entry that does not follow the one before it breaks the chain', () => {
  const first = chained(0, firstLink, { what: 'a' })
  assert.equal(
    Buffer.from(first).toString(),
    `{"seq":0,"what":"a","prev":"${Buffer.from(emptyRoot).toString('base64')}"}`,
  )
  checkLink(0, first, firstLink)
  assert.throws(() => checkLink(1, first, firstLink), fails(/entry 1 calls itself 0/))
  assert.throws(() => checkLink(0, first, leafHash(first)), fails(/does not follow/))
  assert.throws(() => checkLink(0, Buffer.from('{'), firstLink), fails(/no JSON/))
  assert.throws(() => checkLink(0, Buffer.from('7'), firstLink), TlogError)
})

test('a bundle is its entries in a row, and a broken one is refused', () => {
  const entries = [new Uint8Array(0), Uint8Array.of(1), new Uint8Array(65_535).fill(2)]
  const bundle = bundleOf(entries)
  assert.deepEqual([...bundle.subarray(0, 7)], [0, 0, 0, 1, 1, 255, 255])
  assert.deepEqual(entriesOf(bundle), entries)
  for (const cut of [1, 3, 4, bundle.length - 1]) {
    assert.throws(() => entriesOf(bundle.subarray(0, cut)), fails(/ends within entry/), String(cut))
  }
  assert.throws(() => bundleOf([new Uint8Array(65_536)]), RangeError)
})
