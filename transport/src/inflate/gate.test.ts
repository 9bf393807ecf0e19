import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import { Gate } from './gate.ts'

/** A task that runs until it is told to end. */
function task() {
  let end: () => void = () => {}
  let running = false
  const ended = new Promise<void>((resolve) => (end = resolve))
  const run = async (): Promise<void> => {
    running = true
    await ended
  }
  return { run, end: () => end(), running: () => running }
}

const settle = async (): Promise<void> => {
  for (let turns = 0; turns < 10; turns++) await Promise.resolve()
}

test('a few tasks run, the next wait in order, and one more is refused as busy', async () => {
  const gate = new Gate({ runningMax: 2, waitingMax: 2 })
  const tasks = [task(), task(), task(), task()]
  const done = tasks.map((one) => gate.through(one.run))
  await settle()
  assert.deepEqual(
    tasks.map((one) => one.running()),
    [true, true, false, false],
  )
  await assert.rejects(gate.through(task().run), (error) => error instanceof Refusal && error.code === 'Busy')

  tasks[1]?.end()
  await settle()
  assert.deepEqual(
    tasks.map((one) => one.running()),
    [true, true, true, false],
  )
  for (const one of tasks) one.end()
  await Promise.all(done)
})

test('a task that fails gives its place away like any other', async () => {
  const gate = new Gate({ runningMax: 1, waitingMax: 1 })
  const failing = gate.through(() => Promise.reject(new Error('broken')))
  const next = gate.through(() => Promise.resolve('ran'))
  await assert.rejects(failing, /broken/)
  assert.equal(await next, 'ran')
  assert.equal(await gate.through(() => Promise.resolve('free again')), 'free again')
})

test('whoever comes later does not overtake those who wait', async () => {
  const gate = new Gate({ runningMax: 1, waitingMax: 5 })
  const first = task()
  const order: number[] = []
  const entered = [
    gate.through(first.run),
    ...[1, 2].map((id) => gate.through(async () => void order.push(id))),
  ]
  await settle()
  first.end()
  entered.push(gate.through(async () => void order.push(3)))
  await Promise.all(entered)
  assert.deepEqual(order, [1, 2, 3])
})
