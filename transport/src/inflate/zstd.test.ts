import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import fc from 'fast-check'
import { concatBytes, equalBytes } from '../oap/bytes.ts'
import { textOf, zerosOf, zstdOf } from './bombs.fixture.ts'
import { inflateLimits, outputCap, sliceBytes } from './caps.ts'
import { inflateZstd, zstdSlices } from './zstd.ts'

const MiB = 2 ** 20
const noTurn = (): Promise<void> => Promise.resolve()
const generous = { ratioMax: 1e9, bytesMax: 8 * MiB }

function refusal(code: RefusalCode, words: RegExp) {
  return (error: unknown): boolean =>
    error instanceof Refusal && error.code === code && words.test(error.message)
}

/** The slices given before the refusal, and the refusal. */
function slicesOf(input: Uint8Array, limits = inflateLimits): { lengths: number[]; refusal: unknown } {
  const lengths: number[] = []
  try {
    for (const slice of zstdSlices(input, outputCap(input.length, limits))) lengths.push(slice.length)
  } catch (caught) {
    return { lengths, refusal: caught }
  }
  return { lengths, refusal: null }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
const bomb = zstdOf(zerosOf(1024 * MiB))

test('content comes back as it was compressed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async (plain) => {
      assert.deepEqual([...(await inflateZstd(zstdOf([plain]), inflateLimits, noTurn))], [...plain])
    }),
  )
  const large = textOf(3 * MiB)
  assert.ok(equalBytes(await inflateZstd(zstdOf([large]), inflateLimits, noTurn), large))
})

test('a bomb of 1 GiB stops at ten times its length, after that many slices', () => {
  const { lengths, refusal: caught } = slicesOf(bomb)
  assert.ok(bomb.length < 200_000)
  assert.ok(refusal('DecompressCap', new RegExp(`past 10 times its ${bomb.length} compressed bytes`))(caught))
  assert.equal(sum(lengths), Math.floor((10 * bomb.length) / sliceBytes) * sliceBytes)
})

test('a bomb within its ratio stops at the absolute cap', () => {
  const { lengths, refusal: caught } = slicesOf(bomb, generous)
  assert.ok(refusal('DecompressCap', /past the cap of 8388608 bytes/)(caught))
  assert.deepEqual(lengths, Array<number>(128).fill(sliceBytes))
})

test('a bomb takes the turn from others for half a megabyte at most', async () => {
  let turns = 0
  const yieldTurn = (): Promise<void> => {
    turns += 1
    return Promise.resolve()
  }
  await assert.rejects(inflateZstd(bomb, generous, yieldTurn), refusal('DecompressCap', /cap/))
  assert.equal(turns, 16)
})

test('output of exactly the cap passes and one byte more does not, also for tiny content', async () => {
  const plain = textOf(500_000)
  const input = zstdOf([plain])
  assert.equal((await inflateZstd(input, { ratioMax: 10, bytesMax: 500_000 }, noTurn)).length, 500_000)
  const under = { ratioMax: 10, bytesMax: 499_999 }
  await assert.rejects(inflateZstd(input, under, noTurn), refusal('DecompressCap', /499999 bytes/))

  const tiny = zstdOf(zerosOf(100))
  const ratioMax = 100 / tiny.length
  assert.equal((await inflateZstd(tiny, { ratioMax, bytesMax: MiB }, noTurn)).length, 100)
  const lower = { ratioMax: 99.9 / tiny.length, bytesMax: MiB }
  await assert.rejects(
    inflateZstd(tiny, lower, noTurn),
    refusal('DecompressCap', /times its \d+ compressed bytes/),
  )
})

test('content truncated at every byte is refused', () => {
  const input = zstdOf([textOf(300)])
  for (let length = 0; length < input.length; length++) {
    const { refusal: caught } = slicesOf(input.slice(0, length))
    assert.ok(refusal('BadRequest', /ends before its frame does/)(caught), `${length} bytes`)
  }
})

test('truncation is noticed when a slice was filled exactly', () => {
  const input = zstdOf([textOf(2 * sliceBytes)])
  assert.ok(refusal('BadRequest', /ends before/)(slicesOf(input.slice(0, -1)).refusal))
})

test('anything after the frame is refused, be it garbage or another frame', () => {
  const input = zstdOf([textOf(300)])
  for (const tail of [new Uint8Array(1), input]) {
    const { refusal: caught } = slicesOf(concatBytes([input, tail]))
    assert.ok(refusal('BadRequest', new RegExp(`goes on for ${tail.length} bytes after its frame`))(caught))
  }
})

test('content that is not zstd is refused with a reason', () => {
  assert.ok(refusal('BadRequest', /cannot be read: Unknown frame descriptor/)(slicesOf(textOf(100)).refusal))
})

test('a window over 8 MiB is refused before its memory is taken', () => {
  const input = zstdOf(zerosOf(32 * MiB), 24)
  assert.ok(
    refusal(
      'BadRequest',
      /cannot be read: Frame requires too much memory/,
    )(slicesOf(input, generous).refusal),
  )
  assert.equal(slicesOf(zstdOf(zerosOf(MiB), 23), generous).refusal, null)
})

test('a decoder that met broken content reads the next one', async () => {
  const plain = textOf(1_000)
  const input = zstdOf([plain])
  for (let round = 0; round < 10; round++) {
    slicesOf(input.slice(0, 200))
    slicesOf(textOf(50))
    slicesOf(bomb)
    assert.deepEqual(await inflateZstd(input, inflateLimits, noTurn), plain)
  }
})

test('contents inflated in turns do not mix', async () => {
  const plains = [1, 2, 3, 4, 5, 6].map((seed) => textOf(seed * 600_000, seed))
  const inputs = plains.map((plain) => zstdOf([plain]))
  const inflated = await Promise.all(inputs.map((input) => inflateZstd(input, inflateLimits, noTurn)))
  inflated.forEach((bytes, at) =>
    assert.ok(equalBytes(bytes, plains[at] ?? new Uint8Array(0)), `content ${at}`),
  )
})

test('broken content is refused or read, and nothing else happens', () => {
  const input = zstdOf([textOf(2_000)])
  fc.assert(
    fc.property(fc.nat({ max: input.length - 1 }), fc.nat({ max: 255 }), (at, byte) => {
      const changed = input.slice()
      changed[at] = byte
      const { refusal: caught, lengths } = slicesOf(changed)
      assert.ok(caught === null || caught instanceof Refusal, String(caught))
      assert.ok(sum(lengths) <= 10 * changed.length)
    }),
    { numRuns: 1_000 },
  )
})
