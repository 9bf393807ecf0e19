import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  applying,
  notApplying,
  undoTriesMax,
  type Applying,
  type ApplyingEffect,
  type ApplyingEvent,
} from './applying.ts'

const kinds = (effects: readonly ApplyingEffect[]) => effects.map(({ kind }) => kind)

/** Carries out what is decided in a world where each step fails or not, as `fails` says in turn. */
function run(steps: number, watched: boolean, falls: boolean, fails: Iterator<boolean>) {
  const done = new Set<number>()
  const ends: string[] = []
  let [state, inForce] = [notApplying, false]
  const queue: ApplyingEvent[] = [{ kind: 'begin', steps, watched }]
  const carryOut = (effect: ApplyingEffect) => {
    if (effect.kind === 'do' || effect.kind === 'undo') {
      const failed = fails.next().value === true
      // A step that failed may have happened all the same.
      if (effect.kind === 'do') done.add(effect.step)
      else if (!failed) done.delete(effect.step)
      queue.push(failed ? { kind: 'failed', because: 'no' } : { kind: 'did' })
    } else if (effect.kind === 'announce') {
      inForce = true
    } else if (effect.kind === 'watch') {
      queue.push(falls ? { kind: 'fell', because: 'worse' } : { kind: 'held' })
    } else {
      if (effect.kind === 'undone') inForce = false
      ends.push(effect.kind)
    }
  }
  for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
    const [next, effects]: readonly [Applying, readonly ApplyingEffect[]] = applying(state, event)
    state = next
    for (const effect of effects) carryOut(effect)
  }
  return { phase: state.phase, done: done.size, inForce, ends }
}

test('whatever fails, a change ends whole or not at all, or says that it is torn', () => {
  const fails = fc.array(fc.boolean(), { maxLength: 80 })
  fc.assert(
    fc.property(fc.nat(5), fc.boolean(), fc.boolean(), fails, (steps, watched, falls, fails) => {
      const { phase, done, inForce, ends } = run(steps, watched, falls, fails.values())
      assert.equal(ends.length, 1)
      if (ends[0] === 'kept') assert.deepEqual([done, inForce, phase], [steps, true, 'idle'])
      else if (ends[0] === 'undone') assert.deepEqual([done, inForce, phase], [0, false, 'idle'])
      else assert.deepEqual([ends[0], phase], ['torn', 'torn'])
    }),
  )
})

test('a step that failed is undone too, and then those before it, in reverse', () => {
  const [begun] = applying(notApplying, { kind: 'begin', steps: 3, watched: false })
  const [second] = applying(begun, { kind: 'did' })
  const [undoing, first] = applying(second, { kind: 'failed', because: 'no room' })
  assert.deepEqual(first, [{ kind: 'undo', step: 1, inMs: 0 }])
  const [left, next] = applying(undoing, { kind: 'did' })
  assert.deepEqual(next, [{ kind: 'undo', step: 0, inMs: 0 }])
  const [, last] = applying(left, { kind: 'did' })
  assert.deepEqual(last, [{ kind: 'undone', because: 'no room' }])
})

test('what cannot be undone is tried so often and no more', () => {
  const [begun] = applying(notApplying, { kind: 'begin', steps: 1, watched: false })
  let [state] = applying(begun, { kind: 'failed', because: 'a' })
  for (let tries = 1; tries < undoTriesMax; tries++) {
    const [next, effects] = applying(state, { kind: 'failed', because: 'b' })
    assert.deepEqual(kinds(effects), ['undo'])
    state = next
  }
  const [torn, effects] = applying(state, { kind: 'failed', because: 'b' })
  assert.deepEqual([kinds(effects), torn.because], [['torn'], 'a; and it cannot be undone: b'])
  const [, again] = applying(torn, { kind: 'begin', steps: 0, watched: false })
  assert.deepEqual(kinds(again), ['announce', 'kept'])
})

test('one change at a time, and news that come late change nothing', () => {
  const [doing] = applying(notApplying, { kind: 'begin', steps: 1, watched: true })
  const [trial] = applying(doing, { kind: 'did' })
  for (const state of [doing, trial]) {
    const second = applying(state, { kind: 'begin', steps: 1, watched: true })
    assert.deepEqual(second, [state, [{ kind: 'busy' }]])
  }
  const late: readonly (readonly [Applying, ApplyingEvent])[] = [
    [notApplying, { kind: 'did' }],
    [notApplying, { kind: 'failed', because: '' }],
    [notApplying, { kind: 'held' }],
    [doing, { kind: 'held' }],
    [doing, { kind: 'fell', because: '' }],
    [trial, { kind: 'did' }],
    [trial, { kind: 'failed', because: '' }],
  ]
  for (const [state, event] of late) assert.deepEqual(applying(state, event), [state, []])
})
