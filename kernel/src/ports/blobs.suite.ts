/**
 * What every `Blobs` engine must do. An engine's test calls `blobsSuite` with a way to make a place that
 * outlives the engines opened on it; to open one again is what happens after a crash.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Refusal } from '../contract/refusals.ts'
import type { Blobs } from './blobs.ts'

export interface BlobsPlace {
  /** Opens the engine there. Whoever had it open before has crashed. */
  open(): Promise<Blobs>
  /** Frees what the place took. */
  close(): Promise<void>
}

const one = `b3:${'a'.repeat(64)}`
const other = `b3:${'b'.repeat(64)}`

export function blobsSuite(name: string, placeFor: (bytesMax: number) => Promise<BlobsPlace>): void {
  const at = async (bytesMax: number, body: (place: BlobsPlace) => Promise<void>) => {
    const place = await placeFor(bytesMax)
    try {
      await body(place)
    } finally {
      await place.close()
    }
  }
  const during = (body: (blobs: Blobs) => Promise<void>) =>
    at(1 << 21, async (place) => body(await place.open()))

  for (const size of [0, 1, 1024, 1024 * 1024]) {
    test(`${name}: content of ${size} bytes comes back whole`, () =>
      during(async (blobs) => {
        await blobs.put(one, counting(size))
        assert.deepEqual(await blobs.get(one), counting(size))
        assert.equal(blobs.bytesUsed, size)
      }))
  }

  test(`${name}: an address nothing was put under has no content, and deleting it is fine`, () =>
    during(async (blobs) => {
      assert.equal(await blobs.get(one), undefined)
      await blobs.delete(one)
      assert.equal(blobs.bytesUsed, 0)
    }))

  test(`${name}: deleted content is gone and its bytes are free again`, () =>
    during(async (blobs) => {
      await blobs.put(one, counting(10))
      await blobs.put(other, counting(20))
      await blobs.delete(one)
      assert.equal(await blobs.get(one), undefined)
      assert.deepEqual(await blobs.get(other), counting(20))
      assert.equal(blobs.bytesUsed, 20)
    }))

  test(`${name}: putting again replaces the bytes and counts them once`, () =>
    during(async (blobs) => {
      await blobs.put(one, new Uint8Array(10))
      await blobs.put(one, counting(12))
      assert.deepEqual(await blobs.get(one), counting(12))
      assert.equal(blobs.bytesUsed, 12)
    }))

  test(`${name}: a reader owns its copy, so changing it changes nothing stored`, () =>
    during(async (blobs) => {
      await blobs.put(one, counting(10))
      const copy = await blobs.get(one)
      copy?.fill(9)
      assert.deepEqual(await blobs.get(one), counting(10))
    }))

  test(`${name}: a look shows the content whole, again and again, and keeps nothing of it`, () =>
    during(async (blobs) => {
      const shown: Uint8Array[] = []
      for (const size of [1_000, 10, 0, 600_000, 1_000]) {
        await blobs.put(addressed(size), counting(size))
        const copy = await blobs.look(addressed(size), (content) => {
          shown.push(content)
          return content.slice()
        })
        assert.deepEqual(copy, counting(size))
        assert.ok(shown.every((content) => content.every((byte) => byte === 0)))
      }
      assert.equal(await blobs.look(one, () => assert.fail('there is nothing to show')), undefined)
    }))

  test(`${name}: what a look throws is thrown, and it kept nothing either`, () =>
    during(async (blobs) => {
      await blobs.put(one, counting(10))
      let shown: Uint8Array = new Uint8Array(0)
      const failing = blobs.look(one, (content) => {
        shown = content
        throw new Error('seen enough')
      })
      await assert.rejects(failing, /seen enough/)
      assert.deepEqual(shown, new Uint8Array(10))
    }))

  test(`${name}: a copy stays whole when the content is deleted under its reader`, () =>
    during(async (blobs) => {
      await blobs.put(one, counting(10))
      const reading = blobs.get(one)
      const deleting = blobs.delete(one)
      assert.deepEqual(await reading, counting(10))
      await deleting
    }))

  test(`${name}: overlapping operations on one address take effect in the order they were called`, () =>
    during(async (blobs) => {
      const all = [
        blobs.put(one, counting(5)),
        blobs.delete(one),
        blobs.put(one, counting(6)),
        blobs.get(one),
        blobs.delete(one),
        blobs.get(one),
      ]
      const results = await Promise.all(all)
      assert.deepEqual(results[3], counting(6))
      assert.equal(results[5], undefined)
      assert.equal(blobs.bytesUsed, 0)
    }))

  test(`${name}: a closed engine rejects what comes later`, () =>
    during(async (blobs) => {
      await blobs.put(one, counting(10))
      await blobs.close()
      await blobs.close()
      await assert.rejects(blobs.put(other, counting(1)), /closed/)
      await assert.rejects(blobs.get(one), /closed/)
      await assert.rejects(
        blobs.look(one, () => 0),
        /closed/,
      )
      await assert.rejects(blobs.delete(one), /closed/)
      await assert.rejects(blobs.keepOnly([one]), /closed/)
    }))

  test(`${name}: content that was put is there after a crash, and what was deleted is not`, () =>
    at(1 << 21, async (place) => {
      const blobs = await place.open()
      const sizes = [0, 1, 511, 512, 513, 100_000]
      for (const size of sizes) await blobs.put(addressed(size), counting(size))
      await blobs.put(one, counting(99))
      await blobs.delete(one)
      const again = await place.open()
      for (const size of sizes) assert.deepEqual(await again.get(addressed(size)), counting(size))
      assert.equal(await again.get(one), undefined)
      assert.equal(again.bytesUsed, blobs.bytesUsed)
    }))

  test(`${name}: what is not needed is let go, and the rest stays`, () =>
    during(async (blobs) => {
      await blobs.put(one, counting(10))
      await blobs.put(other, counting(20))
      await blobs.put(addressed(1), counting(1))
      await blobs.delete(addressed(1))
      await blobs.keepOnly([other, addressed(2)])
      assert.equal(await blobs.get(one), undefined)
      assert.deepEqual(await blobs.get(other), counting(20))
      assert.equal(blobs.bytesUsed, 20)
    }))

  test(`${name}: while it is told what is needed, what is put stays and what is deleted goes`, () =>
    at(1 << 20, async (place) => {
      const blobs = await place.open()
      await blobs.put(one, counting(10))
      await blobs.put(other, counting(20))
      await blobs.put(addressed(1), counting(1))
      // More than are looked up at once, so that others have their turn.
      const kept = blobs.keepOnly(Array.from({ length: 10_000 }, () => other))
      await blobs.put(addressed(2), counting(2))
      await blobs.delete(one)
      await blobs.put(addressed(3), counting(3))
      await kept
      for (const size of [2, 3]) assert.deepEqual(await blobs.get(addressed(size)), counting(size))
      assert.deepEqual(await blobs.get(other), counting(20))
      for (const gone of [one, addressed(1)]) assert.equal(await blobs.get(gone), undefined)
    }))

  test(`${name}: an engine that is closed while it is told what is needed deletes nothing more`, () =>
    at(1 << 20, async (place) => {
      const blobs = await place.open()
      await blobs.put(one, counting(10))
      const kept = blobs.keepOnly(Array.from({ length: 10_000 }, () => other))
      await blobs.close()
      await kept
      assert.deepEqual(await (await place.open()).get(one), counting(10))
    }))

  test(`${name}: a full engine refuses with the limit and the fix, keeps all it has, and has room again after a deletion`, () =>
    at(64 * 1024, async (place) => {
      const blobs = await place.open()
      await blobs.put(one, counting(40_000))
      await assert.rejects(blobs.put(other, counting(40_000)), isFull)
      assert.deepEqual(await blobs.get(one), counting(40_000))
      assert.equal(await blobs.get(other), undefined)
      await blobs.delete(one)
      await blobs.put(other, counting(40_000))
      assert.deepEqual(await blobs.get(other), counting(40_000))
    }))

  test(`${name}: through any history of puts, deletions and crashes, it holds what a map would`, () =>
    fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 80 }), (deeds) =>
        at(32 * 1024, async (place) => {
          let blobs = await place.open()
          const expected = new Map<string, Uint8Array>()
          for (const { kind, size } of deeds) {
            const address = addressed(size)
            if (kind === 'crash') blobs = await place.open()
            if (kind === 'delete') {
              await blobs.delete(address)
              expected.delete(address)
            }
            if (kind === 'put') {
              const put = await blobs.put(address, counting(size)).catch((thrown: unknown) => thrown)
              assert.ok(put === undefined || isFull(put))
              if (put === undefined) expected.set(address, counting(size))
            }
          }
          for (const [address, content] of expected) assert.deepEqual(await blobs.get(address), content)
          const bytes = [...expected.values()].reduce((sum, { length }) => sum + length, 0)
          assert.equal(blobs.bytesUsed, bytes)
        }),
      ),
      { numRuns: 50 },
    ))
}

const deed = fc.record({
  kind: fc.constantFrom('put', 'put', 'put', 'delete', 'crash'),
  size: fc.constantFrom(0, 1, 500, 512, 513, 1_024, 5_000, 9_999),
})

/** A different address for each size. */
function addressed(size: number): string {
  return `b3:${size.toString(16).padStart(64, '0')}`
}

function isFull(thrown: unknown): boolean {
  return thrown instanceof Refusal && thrown.code === 'Full' && /\d.*(raise|delete)/.test(thrown.message)
}

function counting(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => i % 251)
}
