import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { ManualClock } from '../system/manual-clock.ts'
import { Life, type LifeWork } from './life.ts'

const deadlineMs = 5_000

/** A life whose work is written down; the drain ends when the test says so. */
function living(more: Partial<LifeWork> = {}) {
  const clock = new ManualClock()
  const done: string[] = []
  let drained = () => {}
  const work: LifeWork = {
    refuseNew: (because) => void done.push(`refuse: ${because}`),
    stopAccepting: () => void done.push('stop accepting'),
    inFlightDone: () =>
      new Promise((resolve) => {
        drained = resolve
      }),
    forceClose: () => void done.push('force'),
    stopServices: async () => void done.push('stop services'),
    overwriteMemory: () => void done.push('overwrite'),
    ...more,
  }
  return { clock, done, life: new Life(work, clock, deadlineMs), drain: () => drained() }
}

test('a drain that ends in time is an orderly end: exit code 0, and no timer is left', async () => {
  const { clock, done, life, drain } = living()
  assert.equal(life.phase, 'Running')
  life.shutdown('SIGTERM')
  await turn()
  assert.equal(life.phase, 'Draining')
  assert.deepEqual(done, ['refuse: SIGTERM', 'stop accepting'])
  drain()
  assert.equal(await life.ended, 0)
  assert.equal(life.phase, 'Stopped')
  assert.deepEqual(done.slice(2), ['stop services', 'overwrite'])
  assert.equal(clock.pending, 0)
})

test('a drain past its deadline is ended by force: exit code 1', async () => {
  const { clock, done, life, drain } = living()
  life.shutdown('SIGTERM')
  await turn()
  clock.advance(deadlineMs)
  assert.equal(await life.ended, 1)
  assert.deepEqual(done.slice(2), ['force', 'stop services', 'overwrite'])
  drain()
  await turn()
  assert.equal(done.length, 5, 'a drain that ends afterwards changes nothing')
})

test('a second shutdown does not wait for the drain', async () => {
  const { done, life } = living()
  life.shutdown('SIGTERM')
  await turn()
  life.shutdown('SIGINT')
  assert.equal(await life.ended, 1)
  assert.deepEqual(done.slice(2), ['force', 'stop services', 'overwrite'])
})

test('shutdowns after the end change nothing', async () => {
  const { done, life, drain } = living()
  life.shutdown('SIGTERM')
  await turn()
  drain()
  await life.ended
  life.shutdown('SIGTERM')
  life.shutdown('SIGTERM')
  await turn()
  assert.equal(done.length, 4)
})

for (const [name, broken] of [
  ['refusing', { refuseNew: () => fail() }],
  ['draining', { inFlightDone: () => Promise.reject(new Error('broken work')) }],
  ['stopping the services', { stopServices: () => Promise.reject(new Error('broken work')) }],
] as const) {
  test(`when ${name} fails, the end says why instead of never coming`, async () => {
    const { life, drain } = living(broken)
    const ended = assert.rejects(life.ended, /broken work/)
    life.shutdown('SIGTERM')
    await turn()
    drain()
    await ended
  })
}

function fail(): never {
  throw new Error('broken work')
}
