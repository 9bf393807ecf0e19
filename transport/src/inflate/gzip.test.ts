import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import fc from 'fast-check'
import { concatBytes, equalBytes } from '../oap/bytes.ts'
import { gzipOf, textOf, zerosOf } from './bombs.fixture.ts'
import { inflateLimits, outputCap } from './caps.ts'
import { gzipSlices, inflateGzip } from './gzip.ts'

const MiB = 2 ** 20

function refusal(code: RefusalCode, words: RegExp) {
  return (error: unknown): boolean =>
    error instanceof Refusal && error.code === code && words.test(error.message)
}

/** The bytes given before the refusal, and the refusal. */
async function outputOf(
  input: Uint8Array,
  limits = inflateLimits,
): Promise<{ bytes: number; refusal: unknown }> {
  let bytes = 0
  try {
    for await (const slice of gzipSlices(input, outputCap(input.length, limits))) bytes += slice.length
  } catch (caught) {
    return { bytes, refusal: caught }
  }
  return { bytes, refusal: null }
}

test('content comes back as it was compressed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async (plain) => {
      assert.deepEqual([...(await inflateGzip(await gzipOf([plain]), inflateLimits))], [...plain])
    }),
  )
  const large = textOf(3 * MiB)
  assert.ok(equalBytes(await inflateGzip(await gzipOf([large]), inflateLimits), large))
})

test('a bomb of 100 MB stops at ten times its length', async () => {
  const bomb = await gzipOf(zerosOf(100_000_000))
  assert.ok(bomb.length < 120_000)
  const { bytes, refusal: caught } = await outputOf(bomb)
  assert.ok(refusal('DecompressCap', new RegExp(`past 10 times its ${bomb.length} compressed bytes`))(caught))
  assert.ok(bytes <= 10 * bomb.length, `${bytes} bytes came out`)
})

test('a bomb within its ratio stops at the absolute cap', async () => {
  const bomb = await gzipOf(zerosOf(100_000_000))
  const { bytes, refusal: caught } = await outputOf(bomb, { ratioMax: 1e9, bytesMax: 8 * MiB })
  assert.ok(refusal('DecompressCap', /past the cap of 8388608 bytes/)(caught))
  assert.ok(bytes <= 8 * MiB, `${bytes} bytes came out`)
})

test('output of exactly the cap passes and one byte more does not', async () => {
  const input = await gzipOf([textOf(500_000)])
  assert.equal((await inflateGzip(input, { ratioMax: 10, bytesMax: 500_000 })).length, 500_000)
  const under = { ratioMax: 10, bytesMax: 499_999 }
  await assert.rejects(inflateGzip(input, under), refusal('DecompressCap', /the cap of 499999 bytes/))
})

test('several members are one content, and the caps hold for all of them together', async () => {
  const member = await gzipOf([textOf(1_000)])
  const two = concatBytes([member, member])
  assert.deepEqual(await inflateGzip(two, inflateLimits), concatBytes([textOf(1_000), textOf(1_000)]))
  await assert.rejects(inflateGzip(two, { ratioMax: 10, bytesMax: 1_999 }), refusal('DecompressCap', /1999/))
})

test('content truncated at every byte is refused', async () => {
  const input = await gzipOf([textOf(300)])
  for (let length = 0; length < input.length; length++) {
    const { refusal: caught } = await outputOf(input.slice(0, length))
    assert.ok(refusal('BadRequest', /unexpected end of file/)(caught), `${length} bytes`)
  }
})

test('anything after the last member is refused', async () => {
  const input = await gzipOf([textOf(300)])
  for (const tail of [[0], [1, 2, 3], [0x1f], [0x1f, 0x8b], [0x1f, 0x8b, 8, 0]]) {
    const { refusal: caught } = await outputOf(concatBytes([input, new Uint8Array(tail)]))
    assert.ok(refusal('BadRequest', /goes on for|cannot be read/)(caught), String(tail))
  }
})

test('content with a wrong checksum is refused', async () => {
  const input = (await gzipOf([textOf(300)])).slice()
  const at = input.length - 8
  input[at] = (input[at] ?? 0) ^ 1
  assert.ok(refusal('BadRequest', /incorrect data check/)((await outputOf(input)).refusal))
})

test('content that is not gzip is refused with a reason', async () => {
  assert.ok(refusal('BadRequest', /incorrect header check/)((await outputOf(textOf(100))).refusal))
})

test('a reader that stops early leaves nothing running', async () => {
  const input = await gzipOf([textOf(3 * MiB)])
  for await (const slice of gzipSlices(input, outputCap(input.length, inflateLimits))) {
    assert.ok(slice.length > 0)
    break
  }
})
