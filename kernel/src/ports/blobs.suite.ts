/** What every `Blobs` engine must do. An engine's test calls `blobsSuite` with a way to open an empty one. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Blobs } from './blobs.ts'

export function blobsSuite(name: string, open: () => Promise<Blobs>): void {
  const during = async (body: (blobs: Blobs) => Promise<void>) => {
    const blobs = await open()
    try {
      await body(blobs)
    } finally {
      await blobs.close()
    }
  }

  for (const size of [0, 1, 1024, 1024 * 1024]) {
    test(`${name}: content of ${size} bytes comes back whole`, () =>
      during(async (blobs) => {
        await blobs.put('b3:a', counting(size))
        assert.deepEqual(await blobs.get('b3:a'), counting(size))
        assert.equal(blobs.bytesUsed, size)
      }))
  }

  test(`${name}: an address nothing was put under has no content, and deleting it is fine`, () =>
    during(async (blobs) => {
      assert.equal(await blobs.get('b3:a'), undefined)
      await blobs.delete('b3:a')
      assert.equal(blobs.bytesUsed, 0)
    }))

  test(`${name}: deleted content is gone and its bytes are free again`, () =>
    during(async (blobs) => {
      await blobs.put('b3:a', counting(10))
      await blobs.put('b3:b', counting(20))
      await blobs.delete('b3:a')
      assert.equal(await blobs.get('b3:a'), undefined)
      assert.deepEqual(await blobs.get('b3:b'), counting(20))
      assert.equal(blobs.bytesUsed, 20)
    }))

  test(`${name}: putting again replaces the bytes and counts them once`, () =>
    during(async (blobs) => {
      await blobs.put('b3:a', new Uint8Array(10))
      await blobs.put('b3:a', counting(12))
      assert.deepEqual(await blobs.get('b3:a'), counting(12))
      assert.equal(blobs.bytesUsed, 12)
    }))

  test(`${name}: a reader owns its copy, so changing it changes nothing stored`, () =>
    during(async (blobs) => {
      await blobs.put('b3:a', counting(10))
      const copy = await blobs.get('b3:a')
      copy?.fill(9)
      assert.deepEqual(await blobs.get('b3:a'), counting(10))
    }))

  test(`${name}: a copy stays whole when the content is deleted under its reader`, () =>
    during(async (blobs) => {
      await blobs.put('b3:a', counting(10))
      const reading = blobs.get('b3:a')
      const deleting = blobs.delete('b3:a')
      assert.deepEqual(await reading, counting(10))
      await deleting
    }))

  test(`${name}: overlapping operations on one address take effect in the order they were called`, () =>
    during(async (blobs) => {
      const all = [
        blobs.put('b3:a', counting(5)),
        blobs.delete('b3:a'),
        blobs.put('b3:a', counting(6)),
        blobs.get('b3:a'),
        blobs.delete('b3:a'),
        blobs.get('b3:a'),
      ]
      const results = await Promise.all(all)
      assert.deepEqual(results[3], counting(6))
      assert.equal(results[5], undefined)
      assert.equal(blobs.bytesUsed, 0)
    }))

  test(`${name}: a closed engine holds nothing and rejects what comes later`, async () => {
    const blobs = await open()
    await blobs.put('b3:a', counting(10))
    await blobs.close()
    await blobs.close()
    assert.equal(blobs.bytesUsed, 0)
    await assert.rejects(blobs.put('b3:b', counting(1)), /closed/)
    await assert.rejects(blobs.get('b3:a'), /closed/)
    await assert.rejects(blobs.delete('b3:a'), /closed/)
  })
}

function counting(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i % 251)
}
