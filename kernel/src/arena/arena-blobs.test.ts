import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blobsSuite } from '../ports/blobs.suite.ts'
import { ArenaBlobs } from './arena-blobs.ts'
import { systemRandom } from '../system/random.ts'
import { nextTurn } from '../system/turn.ts'
import { lendBlobs, newBlobsMemory, zeroizeBlobs } from './blobs-segment.ts'

function open(memory: SharedArrayBuffer): ArenaBlobs {
  const blobs = new ArenaBlobs({ memory, setting: 'test.bytes_max' }, systemRandom, nextTurn)
  blobs.take(lendBlobs(memory))
  return blobs
}

blobsSuite('ArenaBlobs', async (bytesMax) => {
  const memory = newBlobsMemory(bytesMax)
  return { open: async () => open(memory), close: async () => void zeroizeBlobs(memory) }
})

/** Eight pages. */
const bytesMax = 8 * 512
const at = { pagesReach: 2, entriesReach: 3, links: 16, entries: 16 + 8, content: 64 + 8 * 44 }
const entryWords = 10
const address = (digit: string) => `b3:${digit.repeat(64)}`
const filled = (bytes: number) => new Uint8Array(bytes).fill(7)

/** Two contents of two pages each, whose thread has ended. */
async function ended() {
  const memory = newBlobsMemory(bytesMax)
  const blobs = open(memory)
  await blobs.put(address('a'), filled(1_000))
  await blobs.put(address('b'), filled(600))
  const words = new Int32Array(memory, 0, at.content / 4)
  return { memory, blobs, words, content: new Uint8Array(memory, at.content) }
}

test('a full segment of contents of any size loses less than a page on each', async () => {
  const blobs = open(newBlobsMemory(bytesMax))
  for (const digit of '01234567') await blobs.put(address(digit), filled(Number(digit) + 1))
  await assert.rejects(
    blobs.put(address('8'), filled(1)),
    /0 bytes are free and 1 are needed; .*test\.bytes_max, now 4KiB/,
  )
  for (const digit of '0246') await blobs.delete(address(digit))
  await blobs.put(address('9'), filled(4 * 512))
  assert.deepEqual(await blobs.get(address('9')), filled(2_048), 'in four pages that are no neighbours')
})

test('contents of no bytes are as many as there are entries', async () => {
  const blobs = open(newBlobsMemory(bytesMax))
  for (const digit of '01234567') await blobs.put(address(digit), filled(0))
  await assert.rejects(blobs.put(address('8'), filled(0)), /raise test\.bytes_max/)
})

test('a put that a crash cut short leaves no entry, no byte and no lost page', async () => {
  for (const stores of [1, 2, 3]) {
    const { memory, words, content } = await ended()
    // What a put has stored before it makes its entry be there.
    words[at.pagesReach] = 6
    if (stores > 1) words.set([7, 1], at.links + 4)
    if (stores > 2) content.fill(9, 4 * 512, 6 * 512)
    const blobs = open(memory)
    assert.equal(blobs.bytesUsed, 1_600)
    assert.ok(content.subarray(4 * 512).every((byte) => byte === 0))
    await blobs.put(address('c'), filled(4 * 512))
  }
})

test('a deletion that a crash cut short is a deletion', async () => {
  const { memory, words, content } = await ended()
  words[at.entries] = 0
  const blobs = open(memory)
  assert.equal(await blobs.get(address('a')), undefined)
  assert.ok(content.subarray(0, 2 * 512).every((byte) => byte === 0))
  await blobs.put(address('c'), filled(6 * 512))
  assert.deepEqual(await blobs.get(address('b')), filled(600))
})

for (const [what, word, value] of [
  ['leads nowhere', at.entries, 99],
  ['leads before all pages', at.entries, -3],
  ['leads into another content', at.entries, 5],
  ['has no bytes but a page', at.entries + 1, 0],
  ['has more bytes than pages', at.entries + 1, 5_000],
  ['has a negative length', at.entries + 1, -5],
  ['ends too early', at.links, 1],
  ['goes round in a circle', at.links + 1, 2],
  ['ends in a free page', at.links + 1, 0],
] as const) {
  test(`content whose entry ${what} is let go, and the other stays whole`, async () => {
    const { memory, words } = await ended()
    words[word] = value
    const blobs = open(memory)
    assert.equal(await blobs.get(address('a')), undefined)
    assert.deepEqual(await blobs.get(address('b')), filled(600))
    assert.equal(blobs.bytesUsed, 600)
    await blobs.put(address('c'), filled(6 * 512))
    assert.deepEqual(await blobs.get(address('b')), filled(600))
  })
}

test('content whose entry leads to no page and has a negative length is let go', async () => {
  const { memory, words } = await ended()
  words.set([1, -5], at.entries)
  const blobs = open(memory)
  assert.equal(await blobs.get(address('a')), undefined)
  assert.equal(blobs.bytesUsed, 600)
})

test('pages that are free between contents are all found again', async () => {
  const memory = newBlobsMemory(bytesMax)
  const blobs = open(memory)
  for (const digit of '01234567') await blobs.put(address(digit), filled(1))
  for (const digit of '0245') await blobs.delete(address(digit))
  const again = open(memory)
  await again.put(address('9'), filled(4 * 512))
  for (const digit of '1367') assert.deepEqual(await again.get(address(digit)), filled(1))
  await assert.rejects(again.put(address('8'), filled(1)), /0 bytes are free/)
})

test('of two entries for one address one is kept', async () => {
  const { memory, words } = await ended()
  words.copyWithin(at.entries + entryWords + 2, at.entries + 2, at.entries + entryWords)
  const blobs = open(memory)
  assert.equal((await blobs.get(address('a')))?.length, 600)
  assert.equal(blobs.bytesUsed, 600)
  await blobs.put(address('c'), filled(6 * 512))
})

test('memory that is no segment is refused', async () => {
  const { memory, words } = await ended()
  words[0] = 1
  assert.throws(() => open(memory), /its first word is not its mark/)
})

test('what is no address is a mistake', async () => {
  const { blobs } = await ended()
  await assert.rejects(blobs.put('b3:a', filled(1)), /b3:a is no address/)
})

test('once the segment is lent to the next, the one before can change nothing', async () => {
  const { memory, blobs } = await ended()
  const next = open(memory)
  await assert.rejects(blobs.put(address('c'), filled(1)), /another thread/)
  await assert.rejects(blobs.delete(address('a')), /another thread/)
  assert.equal(next.bytesUsed, 1_600)
})

test('deleted content is overwritten with zeros', async () => {
  const { blobs, content } = await ended()
  await blobs.delete(address('a'))
  assert.ok(content.subarray(0, 2 * 512).every((byte) => byte === 0))
})

test('zeroizing leaves no byte of content and no address, and says how many bytes there were', async () => {
  const { memory, words, content } = await ended()
  assert.equal(zeroizeBlobs(memory), 4 * 512)
  assert.ok(content.every((byte) => byte === 0))
  assert.ok(words.subarray(at.links).every((word) => word === 0))
  assert.equal(zeroizeBlobs(memory), 0)
})

test('zeroizing overwrites everything when the header says more than there can be', async () => {
  const { memory, words, content } = await ended()
  words[at.pagesReach] = -1
  assert.equal(zeroizeBlobs(memory), bytesMax)
  assert.ok(content.every((byte) => byte === 0))
})

test('a thread that was given up while it is told what is needed deletes nothing of its successor', async () => {
  const memory = newBlobsMemory(2 ** 20)
  const before = open(memory)
  const [kept, other] = ['a', 'b'].map((digit) => `b3:${digit.repeat(64)}`)
  assert(kept !== undefined && other !== undefined)
  await before.put(kept, new Uint8Array([1]))
  const sweeping = before.keepOnly(Array.from({ length: 10_000 }, () => other))
  const next = open(memory)
  await assert.rejects(sweeping, /belong to another thread/)
  assert.deepEqual(await next.get(kept), new Uint8Array([1]))
})
