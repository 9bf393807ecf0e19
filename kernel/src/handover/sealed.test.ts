import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newShare, recordBytesMax, SealError } from './sealed.ts'

const shared = new Uint8Array(32).fill(1)

/** The two sides, with a key each. */
function sides(asking: Uint8Array = shared, giving: Uint8Array = shared) {
  const [a, b] = [newShare(), newShare()]
  return { asks: a.agree(b.bytes, asking, true), gives: b.agree(a.bytes, giving, false) }
}

const opened = (to: ReturnType<typeof sides>['asks'], sealed: Buffer) => {
  assert.equal(to.theirs.lengthOf(sealed.subarray(0, 4)), sealed.length - 4)
  return to.theirs.open(sealed.subarray(4)).toString()
}

test('what one side seals the other one opens, in order and in both directions', () => {
  const { asks, gives } = sides()
  for (const text of ['a', '', 'c'.repeat(100_000)]) {
    const sealed = asks.own.seal(Buffer.from(text))
    if (text.length > 1) assert.equal(sealed.includes(text.slice(0, 20)), false)
    assert.equal(opened(gives, sealed), text)
    assert.equal(opened(asks, gives.own.seal(Buffer.from(text))), text)
  }
})

test('a record that is changed, said again, left out or sealed with another key is not opened', () => {
  const broken = (work: () => unknown) => assert.throws(work, SealError)
  const [first, second] = [sides(), sides()]
  const sealed = first.asks.own.seal(Buffer.from('a'))
  assert.equal(opened(first.gives, sealed), 'a')
  broken(() => opened(first.gives, sealed))
  const changed = second.asks.own.seal(Buffer.from('b'))
  changed[6] = (changed[6] ?? 0) ^ 1
  broken(() => opened(second.gives, changed))
  const third = sides()
  third.asks.own.seal(Buffer.from('left out'))
  broken(() => opened(third.gives, third.asks.own.seal(Buffer.from('next'))))
  const strangers = sides(shared, new Uint8Array(32).fill(2))
  broken(() => opened(strangers.gives, strangers.asks.own.seal(Buffer.from('c'))))
  const back = sides()
  broken(() => opened(back.asks, back.asks.own.seal(Buffer.from('to itself'))))
})

test('lengths that no record has, and shares that nobody sends, are refused', () => {
  const { asks } = sides()
  const head = (length: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(length)
    return bytes
  }
  assert.equal(asks.theirs.lengthOf(head(recordBytesMax + 16)), recordBytesMax + 16)
  for (const length of [0, 15, recordBytesMax + 17, 2 ** 32 - 1])
    assert.throws(() => asks.theirs.lengthOf(head(length)), SealError)
  assert.throws(() => asks.own.seal(Buffer.alloc(recordBytesMax + 1)), RangeError)
  assert.throws(() => newShare().agree(new Uint8Array(32), shared, true), SealError)
  assert.throws(() => newShare().agree(new Uint8Array(7), shared, true), SealError)
})
