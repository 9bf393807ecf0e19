import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blobsSuite } from '@ron/kernel/ports/blobs.suite'
import { RamBlobs } from './ram-blobs.ts'

blobsSuite('RamBlobs', async () => new RamBlobs())

test('RamBlobs: closing overwrites every stored byte with zeros', async () => {
  const blobs = new RamBlobs()
  const contents = [new Uint8Array(1024).fill(7), new Uint8Array(3).fill(8)]
  for (const [i, content] of contents.entries()) await blobs.put(`b3:${i}`, content)
  await blobs.close()
  for (const content of contents) assert.ok(content.every((byte) => byte === 0))
})

test('RamBlobs: deleting overwrites the bytes with zeros', async () => {
  const blobs = new RamBlobs()
  const content = new Uint8Array(16).fill(7)
  await blobs.put('b3:a', content)
  await blobs.delete('b3:a')
  assert.ok(content.every((byte) => byte === 0))
})

test('RamBlobs: a view is stored alone, without the buffer around it and without touching its neighbours', async () => {
  const blobs = new RamBlobs()
  const around = new Uint8Array(100).fill(7)
  await blobs.put('b3:a', around.subarray(10, 20))
  await blobs.close()
  assert.ok(around.every((byte) => byte === 7))
})
