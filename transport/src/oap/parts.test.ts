import assert from 'node:assert/strict'
import test from 'node:test'
import { noBytes } from './bytes.ts'
import { inflateParts, plainPayloads } from './parts.ts'

const part = (byte: number, compressed: boolean) => ({ bytes: new Uint8Array([byte]), compressed })

test('parts without compression are the payloads at once, and one compressed part asks for inflation', () => {
  assert.deepEqual(plainPayloads([part(1, false), part(2, false)]), [
    new Uint8Array([1]),
    new Uint8Array([2]),
  ])
  assert.equal(plainPayloads([part(1, false), part(2, true)]), null)
})

test('payloads keep the order of their frames however long each inflation takes', async () => {
  const inflate = async ([byte = 0]: Uint8Array): Promise<Uint8Array> => {
    for (let turns = 10 * (3 - byte); turns > 0; turns--) await Promise.resolve()
    return new Uint8Array([10 * byte])
  }
  const payloads = await inflateParts([part(1, true), part(9, false), part(2, true)], inflate, 100)
  assert.deepEqual(
    payloads.map(([byte]) => byte),
    [10, 9, 20],
  )
})

test('each part may inflate to what the parts before it left of the limit', async () => {
  const asked: number[] = []
  const inflate = (_: Uint8Array, bytesMax: number): Promise<Uint8Array> => {
    asked.push(bytesMax)
    return Promise.resolve(new Uint8Array(40))
  }
  await inflateParts([part(1, true), part(2, false), part(3, true), part(4, true)], inflate, 60)
  assert.deepEqual(asked, [60, 19, 0])
})

test('an empty part that says it is compressed is empty', async () => {
  const inflate = () => Promise.reject(new Error('nothing to inflate'))
  assert.deepEqual(await inflateParts([{ bytes: noBytes, compressed: true }], inflate, 10), [noBytes])
})
