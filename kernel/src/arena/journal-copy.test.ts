import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { copierNumber, copyOf, copyStep, copyWord, type Copy, type CopyAct } from './journal-copy.ts'

const number = fc.integer({ min: 0, max: 2 ** 29 - 1 })
const copies: fc.Arbitrary<Copy> = fc.oneof(
  fc.constantFrom('none', 'wished', 'failed').map((kind) => ({ kind }) as const),
  fc
    .tuple(fc.constantFrom('writing', 'between', 'ready'), number)
    .map(([kind, by]) => ({ kind, by }) as const),
)

test('a word says what it was made of, and any word says something', () => {
  fc.assert(fc.property(copies, (copy) => assert.deepEqual(copyOf(copyWord(copy)), copy)))
  fc.assert(
    fc.property(fc.integer(), (word) => {
      const copy = copyOf(word)
      assert.deepEqual(copyOf(copyWord(copy)), copy)
    }),
  )
})

const [one, two] = [1, 2]
const moves: readonly (readonly [before: Copy, act: CopyAct, after: Copy | null])[] = [
  [{ kind: 'none' }, { kind: 'wish' }, { kind: 'wished' }],
  [{ kind: 'writing', by: one }, { kind: 'wish' }, null],
  [{ kind: 'none' }, { kind: 'begin', by: one }, null],
  [{ kind: 'wished' }, { kind: 'begin', by: one }, { kind: 'writing', by: one }],
  [{ kind: 'writing', by: one }, { kind: 'begin', by: one }, null],
  [{ kind: 'ready', by: one }, { kind: 'begin', by: two }, null],
  [{ kind: 'failed' }, { kind: 'begin', by: two }, null],
  [
    { kind: 'writing', by: one },
    { kind: 'pause', by: one },
    { kind: 'between', by: one },
  ],
  [
    { kind: 'between', by: one },
    { kind: 'resume', by: one },
    { kind: 'writing', by: one },
  ],
  [{ kind: 'between', by: two }, { kind: 'resume', by: one }, null],
  [{ kind: 'none' }, { kind: 'resume', by: one }, null],
  [
    { kind: 'writing', by: one },
    { kind: 'finish', by: one },
    { kind: 'ready', by: one },
  ],
  [{ kind: 'writing', by: two }, { kind: 'finish', by: one }, null],
  [{ kind: 'writing', by: one }, { kind: 'fail', by: one }, { kind: 'failed' }],
  [{ kind: 'ready', by: one }, { kind: 'adopt' }, { kind: 'none' }],
  [{ kind: 'between', by: one }, { kind: 'adopt' }, null],
  [{ kind: 'between', by: two }, { kind: 'take', by: one }, { kind: 'none' }],
  [{ kind: 'ready', by: two }, { kind: 'take', by: one }, { kind: 'none' }],
]

test('the half goes from hand to hand in one way', () => {
  for (const [before, act, after] of moves) {
    assert.deepEqual(copyStep(before, act), after, `${act.kind} of what is ${before.kind}`)
  }
})

test('the owner waits for a follower that writes, and not for one that was before it', () => {
  const take: CopyAct = { kind: 'take', by: two }
  assert.equal(copyStep({ kind: 'writing', by: 3 }, take), null)
  assert.deepEqual(copyStep({ kind: 'writing', by: two }, take), { kind: 'none' })
  assert.deepEqual(copyStep({ kind: 'writing', by: one }, take), { kind: 'none' })
})

test('a follower takes over what one before it left', () => {
  const begin: CopyAct = { kind: 'begin', by: two }
  for (const kind of ['writing', 'between'] as const)
    assert.deepEqual(copyStep({ kind, by: one }, begin), { kind: 'writing', by: two })
})

test('numbers begin again, and those behind the last come after it', () => {
  const last = copierNumber(2 ** 32 - 1)
  const next = copierNumber(2 ** 32)
  assert.equal(next, 0)
  assert.equal(copyStep({ kind: 'writing', by: next }, { kind: 'take', by: last }), null)
  assert.deepEqual(copyStep({ kind: 'writing', by: last }, { kind: 'take', by: next }), { kind: 'none' })
})
