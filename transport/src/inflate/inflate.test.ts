import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal, refusals, type RefusalCode } from '@ron/kernel/contract/refusals'
import { gzipOf, textOf, zerosOf, zstdOf } from './bombs.fixture.ts'
import { inflateLimits } from './caps.ts'
import { Gate } from './gate.ts'
import { Inflater, parseCoding } from './inflate.ts'

const plain = textOf(2_000)
const inflater = new Inflater(() => Promise.resolve())

function refusal(code: RefusalCode, words: RegExp) {
  return (error: unknown): boolean =>
    error instanceof Refusal && error.code === code && words.test(error.message)
}

test('content is inflated by the name of its coding', async () => {
  assert.equal(await inflater.inflate(null, plain), plain)
  assert.equal(await inflater.inflate('identity', plain), plain)
  assert.deepEqual(await inflater.inflate('zstd', zstdOf([plain])), plain)
  assert.deepEqual(await inflater.inflate('gzip', await gzipOf([plain])), plain)
})

test('codings are known in any case, with spaces around them, and gzip also as x-gzip', () => {
  assert.deepEqual([null, '', ' ', 'Identity', 'ZSTD', ' gzip ', 'X-GZip'].map(parseCoding), [
    'identity',
    'identity',
    'identity',
    'identity',
    'zstd',
    'gzip',
    'gzip',
  ])
})

test('stacked and unknown codings are refused with 415', async () => {
  for (const coding of ['gzip, gzip', 'zstd,gzip', 'identity, zstd', ',', 'gzip,']) {
    await assert.rejects(inflater.inflate(coding, plain), refusal('UnsupportedMedia', /stacked/))
  }
  for (const coding of ['br', 'deflate', 'zst', 'gzip;q=1', 'x'.repeat(10_000)]) {
    await assert.rejects(inflater.inflate(coding, plain), refusal('UnsupportedMedia', /send zstd or gzip/))
  }
  assert.equal(refusals.UnsupportedMedia.status, 415)
})

test('content past a cap is refused with 413 and the rule that stopped it', async () => {
  for (const [coding, bomb] of [
    ['zstd', zstdOf(zerosOf(1e7))],
    ['gzip', await gzipOf(zerosOf(1e7))],
  ] as const) {
    await assert.rejects(
      inflater.inflate(coding, bomb),
      (error) =>
        refusal('DecompressCap', /10 times its \d+ compressed bytes/)(error) &&
        error instanceof Refusal &&
        error.more.explain?.rule === 'decompress_cap',
    )
  }
  assert.equal(refusals.DecompressCap.status, 413)
})

test('a caller may lower the absolute cap and never raise it', async () => {
  const low = new Inflater(() => Promise.resolve(), { ratioMax: 10, bytesMax: 1_999 })
  await assert.rejects(
    low.inflate('zstd', zstdOf([plain]), 5_000),
    refusal('DecompressCap', /cap of 1999 bytes/),
  )
  await assert.rejects(
    inflater.inflate('zstd', zstdOf([plain]), 1_000),
    refusal('DecompressCap', /cap of 1000 bytes/),
  )
  assert.equal((await inflater.inflate('zstd', zstdOf([plain]), 2_000)).length, 2_000)
})

test('more compressed contents than may wait are refused as busy, and plain ones are not', async () => {
  const gate = new Gate({ runningMax: 1, waitingMax: 1 })
  const narrow = new Inflater(() => Promise.resolve(), inflateLimits, gate)
  const input = await gzipOf([plain])
  const results = await Promise.allSettled([1, 2, 3].map(() => narrow.inflate('gzip', input)))
  assert.deepEqual(
    results.map((result) => result.status),
    ['fulfilled', 'fulfilled', 'rejected'],
  )
  assert.equal(await narrow.inflate(null, plain), plain)
})
