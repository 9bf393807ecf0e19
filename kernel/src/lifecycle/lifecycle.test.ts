import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lifecycle, type LifecycleEvent, type NodePhase } from './lifecycle.ts'

const changes: readonly [NodePhase, LifecycleEvent, NodePhase, readonly string[]][] = [
  ['Running', 'shutdown', 'Draining', ['refuse-new', 'stop-accepting', 'await-in-flight']],
  ['Draining', 'drained', 'Stopped', ['stop-services', 'overwrite-memory', 'end-drained']],
  ['Draining', 'deadline', 'Aborting', ['force-close']],
  ['Draining', 'shutdown', 'Aborting', ['force-close']],
  ['Aborting', 'aborted', 'Stopped', ['stop-services', 'overwrite-memory', 'end-aborted']],
]

for (const [from, event, to, effects] of changes) {
  test(`${from}, on ${event}, becomes ${to}: ${effects.join(', ')}`, () => {
    assert.deepEqual(lifecycle(from, event), [to, effects])
  })
}

test('every other event in every phase changes nothing and does nothing', () => {
  const phases: readonly NodePhase[] = ['Running', 'Draining', 'Aborting', 'Stopped']
  const events: readonly LifecycleEvent[] = ['shutdown', 'drained', 'deadline', 'aborted']
  const known = new Set(changes.map(([from, event]) => `${from} ${event}`))
  for (const phase of phases) {
    for (const event of events) {
      if (!known.has(`${phase} ${event}`)) assert.deepEqual(lifecycle(phase, event), [phase, []])
    }
  }
})
