import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blobsPlace } from '../testing.ts'
import { addressOf } from './address.ts'
import type { Blobs } from '@ron/kernel/ports/blobs'
import { Vault } from './vault.ts'

const hello = () => new TextEncoder().encode('hello')
const address = addressOf(hello())

test('content is stored with its first holder and freed with its last', async () => {
  const blobs = blobsPlace().open()
  const vault = new Vault(blobs, true)
  await vault.hold(address, hello())
  await vault.hold(address, hello())
  assert.equal(vault.holders, 2)
  assert.equal(vault.contentBytes, 5)
  await vault.release(address)
  assert.deepEqual(await vault.read(address), { kind: 'content', content: hello() })
  await vault.release(address)
  assert.deepEqual(await vault.read(address), { kind: 'gone' })
  assert.equal(vault.contentBytes, 0)
  assert.equal(blobs.bytesUsed, 0)
})

test('releasing what nobody holds is a fault, not a silent miscount', async () => {
  const vault = new Vault(blobsPlace().open(), true)
  await assert.rejects(vault.release(address), /nobody holds/)
})

test('damaged content is never served: it is corrupt at the first read and from then on', async () => {
  const blobs = blobsPlace().open()
  const vault = new Vault(blobs, true)
  await vault.hold(address, hello())
  await blobs.put(address, new TextEncoder().encode('hellO'))
  assert.deepEqual(await vault.read(address), { kind: 'corrupt' })
  // Even if the engine answered well again: the address stays set apart until it is stored anew.
  await blobs.put(address, hello())
  assert.deepEqual(await vault.read(address), { kind: 'corrupt' })
  assert.deepEqual([...vault.corrupt], [address])
})

test('content cut short or lost by the engine is corrupt too', async () => {
  const blobs = blobsPlace().open()
  const vault = new Vault(blobs, true)
  await vault.hold(address, hello())
  await blobs.put(address, hello().subarray(0, 4))
  assert.deepEqual(await vault.read(address), { kind: 'corrupt' })

  const other = addressOf(new Uint8Array(3))
  await vault.hold(other, new Uint8Array(3))
  await blobs.delete(other)
  assert.deepEqual(await vault.read(other), { kind: 'corrupt' })
})

test('a part is read when all of it is intact, and is corrupt with damage anywhere else', async () => {
  const blobs = blobsPlace().open()
  const vault = new Vault(blobs, true)
  await vault.hold(address, hello())
  for (const [start, end] of [
    [1, 3],
    [0, 2],
    [3, 5],
    [3, 9],
  ] as const)
    assert.deepEqual(await vault.read(address, start, end), {
      kind: 'content',
      content: hello().slice(start, end),
    })
  await blobs.put(address, new TextEncoder().encode('hellO'))
  assert.deepEqual(await vault.read(address, 0, 2), { kind: 'corrupt' })
  assert.deepEqual(await vault.read(address), { kind: 'corrupt' }, 'and is set apart')
})

test('storing the content again heals it', async () => {
  const blobs = blobsPlace().open()
  const vault = new Vault(blobs, true)
  await vault.hold(address, hello())
  await blobs.put(address, new Uint8Array(5))
  await vault.read(address)
  await vault.hold(address, hello())
  assert.deepEqual(await vault.read(address), { kind: 'content', content: hello() })
  assert.equal(vault.corrupt.size, 0)
  assert.equal(vault.contentBytes, 5)
})

test('a read that began before the healing is refused but does not set the healed content apart again', async () => {
  const blobs = blobsPlace().open()
  const { slow, answer } = withHeldReads(blobs)
  const vault = new Vault(slow, true)
  await vault.hold(address, hello())
  await blobs.put(address, new Uint8Array(5))
  const [first, second] = [vault.read(address), vault.read(address)]
  answer()
  assert.deepEqual(await first, { kind: 'corrupt' })
  await vault.hold(address, hello())
  answer()
  assert.deepEqual(await second, { kind: 'corrupt' })
  const third = vault.read(address)
  answer()
  assert.deepEqual(await third, { kind: 'content', content: hello() })
})

test('damage found in content that was let go meanwhile is nobody’s concern any more', async () => {
  const blobs = blobsPlace().open()
  const { slow, answer } = withHeldReads(blobs)
  const vault = new Vault(slow, true)
  await vault.hold(address, hello())
  await blobs.put(address, new Uint8Array(5))
  const reading = vault.read(address)
  await vault.release(address)
  answer()
  assert.deepEqual(await reading, { kind: 'gone' })
  assert.equal(vault.corrupt.size, 0)
})

test('letting go of damaged content forgets the damage with it', async () => {
  const blobs = blobsPlace().open()
  const vault = new Vault(blobs, true)
  await vault.hold(address, hello())
  await blobs.put(address, new Uint8Array(5))
  await vault.read(address)
  await vault.release(address)
  assert.equal(vault.corrupt.size, 0)
})

test('without verification the bytes are served as the engine gives them', async () => {
  const blobs = blobsPlace().open()
  const vault = new Vault(blobs, false)
  await vault.hold(address, hello())
  await blobs.put(address, new Uint8Array(5))
  assert.deepEqual(await vault.read(address), { kind: 'content', content: new Uint8Array(5) })
})

test('a failed write lets every waiting holder go and leaves nothing counted', async () => {
  const vault = new Vault(withFailingPut(blobsPlace().open()), true)
  const holds = await Promise.allSettled([vault.hold(address, hello()), vault.hold(address, hello())])
  for (const hold of holds) assert.ok(hold.status === 'rejected' && /disk full/.test(String(hold.reason)))
  assert.equal(vault.holders, 0)
  assert.equal(vault.contentBytes, 0)
  assert.deepEqual(await vault.read(address), { kind: 'gone' })
})

function withFailingPut(blobs: Blobs): Blobs {
  return {
    bytesUsed: 0,
    put: () => Promise.reject(new Error('disk full')),
    get: (address) => blobs.get(address),
    look: (address, of) => blobs.look(address, of),
    delete: (address) => blobs.delete(address),
    keepOnly: (needed) => blobs.keepOnly(needed),
    close: () => blobs.close(),
  }
}

/** An engine that reads at once and answers when told to, the oldest read first. */
function withHeldReads(blobs: Blobs): { slow: Blobs; answer: () => void } {
  const waiting: (() => void)[] = []
  const slow: Blobs = {
    bytesUsed: 0,
    put: (address, content) => blobs.put(address, content),
    async get(address) {
      const content = blobs.get(address)
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
      })
      return content
    },
    look: (address, of) => blobs.look(address, of),
    delete: (address) => blobs.delete(address),
    keepOnly: (needed) => blobs.keepOnly(needed),
    close: () => blobs.close(),
  }
  return { slow, answer: () => waiting.shift()?.() }
}
