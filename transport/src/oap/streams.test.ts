import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { noBytes } from './bytes.ts'
import { flag, noTenant, type Frame } from './frame.ts'
import { metaBytesMax } from './message.ts'
import {
  discarding,
  idle,
  receive,
  streamLimits,
  type Input,
  type Outcome,
  type StreamLimits,
} from './streams.ts'
import { verdictsOf, type Verdict } from './streams.oracle.ts'

const places: Readonly<Record<string, number>> = {
  p: 0,
  s: flag.START,
  e: flag.END,
  b: flag.START | flag.END,
}

function frame(letter: string, payload = noBytes, more = 0): Frame {
  const flags = flag.REQ | more | (places[letter] ?? 0)
  return { flags, code: 1, appProtoId: 1, tenant: noTenant, corrId: 1n, cap: noBytes, payload }
}

/** The last state and all outcomes after these frames. */
function run(frames: readonly Frame[], limits: Partial<StreamLimits> = {}) {
  const outcomes: Outcome[] = []
  let input: Input = idle
  for (const one of frames) {
    const [next, outcome] = receive(input, one, { ...streamLimits, ...limits })
    input = next
    outcomes.push(outcome)
  }
  return { input, outcomes, last: outcomes.at(-1) }
}

const frames = (letters: string): Frame[] => Array.from(letters, (letter) => frame(letter))
const kinds = (letters: string): string[] => run(frames(letters)).outcomes.map((outcome) => outcome.kind)

test('any order of frames gives the messages and refusals of the naive twin', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('p', 's', 'e', 'b'), maxLength: 30 }), (letters) => {
      const verdicts = run(frames(letters)).outcomes.flatMap((outcome): Verdict[] => {
        if (outcome.kind === 'message') return [{ kind: 'message', frames: outcome.message.parts.length }]
        return outcome.kind === 'refused' ? [{ kind: 'refused' }] : []
      })
      assert.deepEqual(verdicts, verdictsOf(letters))
    }),
    { numRuns: 2_000 },
  )
})

test('a plain frame and a frame with START and END are whole messages', () => {
  assert.deepEqual(kinds('pbp'), ['message', 'message', 'message'])
})

test('START, chunks and END are one message with its parts in order', () => {
  const [a, b, c] = [1, 2, 3].map((byte) => new Uint8Array([byte]))
  const { last, input } = run([frame('s', a), frame('p', b, flag.COMP), frame('e', c)])
  assert.ok(last?.kind === 'message')
  assert.equal(last.message.head.flags, flag.REQ | flag.START)
  assert.deepEqual(last.message.parts, [
    { bytes: a, compressed: false },
    { bytes: b, compressed: true },
    { bytes: c, compressed: false },
  ])
  assert.equal(input, idle)
})

test('END without START is refused and nothing is discarded after it', () => {
  assert.deepEqual(kinds('ep'), ['refused', 'message'])
})

test('a second START refuses the message, and what follows is dropped up to END', () => {
  assert.deepEqual(kinds('spsppep'), [
    'kept',
    'kept',
    'refused',
    'discarded',
    'discarded',
    'discarded',
    'message',
  ])
})

test('chunks of a refused stream are never taken for whole messages', () => {
  const { outcomes, input } = run([frame('s'), frame('b'), frame('p'), frame('b'), frame('p')])
  assert.deepEqual(
    outcomes.map((outcome) => outcome.kind),
    ['kept', 'refused', 'discarded', 'discarded', 'discarded'],
  )
  assert.equal(input, discarding)
})

test('a chunk at the limit is kept and one byte more is refused with its limit', () => {
  const limits = { chunkBytesMax: 10 }
  assert.equal(run([frame('s', new Uint8Array(10))], limits).last?.kind, 'kept')
  for (const before of ['', 's']) {
    const over = frame(before === '' ? 's' : 'p', new Uint8Array(11))
    const { last, input } = run([...frames(before), over], limits)
    assert.ok(last?.kind === 'refused')
    assert.equal(last.code, 'TooLarge')
    assert.match(last.message, /a chunk of 11 bytes is over the limit of 10/)
    assert.equal(input, discarding)
  }
})

test('an END over the chunk limit is refused and leaves nothing to discard', () => {
  const { last, input } = run([frame('s'), frame('e', new Uint8Array(11))], { chunkBytesMax: 10 })
  assert.deepEqual([last?.kind, input], ['refused', idle])
})

test('a message in one frame may be larger than a chunk', () => {
  for (const letter of ['p', 'b']) {
    assert.equal(run([frame(letter, new Uint8Array(100))], { chunkBytesMax: 10 }).last?.kind, 'message')
  }
})

test('a message at the byte limit is taken and one byte more is refused', () => {
  const most = 5 + 2 + metaBytesMax
  const rest = (bytes: number) => [
    frame('s', new Uint8Array(40_000)),
    frame('e', new Uint8Array(bytes - 40_000)),
  ]
  assert.equal(run(rest(most), { bodyBytesMax: 5 }).last?.kind, 'message')
  const { last } = run(rest(most + 1), { bodyBytesMax: 5 })
  assert.ok(last?.kind === 'refused')
  assert.match(last.message, /over the limit of 5 for a body/)
  assert.equal(run([frame('p', new Uint8Array(most + 1))], { bodyBytesMax: 5 }).last?.kind, 'refused')
})

test('a message of more frames than the limit is refused, however small they are', () => {
  assert.equal(run(frames('spe'), { framesMax: 3 }).last?.kind, 'message')
  const { last, input } = run(frames('sppp'), { framesMax: 3 })
  assert.ok(last?.kind === 'refused')
  assert.match(last.message, /more than 3 frames/)
  assert.equal(input, discarding)
})
