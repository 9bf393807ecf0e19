import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diedByItself, exitCodeOf, told, type Ending } from './ending.ts'

const exited = (code: number): Ending => ({ code, signal: null })
const killed = (signal: NodeJS.Signals): Ending => ({ code: null, signal })
const young = { ready: false, stopping: false }
const grown = { ready: true, stopping: false }

test('a process that a signal ended is started again, ready or not', () => {
  for (const signal of ['SIGKILL', 'SIGABRT', 'SIGSEGV'] as const) {
    assert.equal(diedByItself(killed(signal), young), true)
    assert.equal(diedByItself(killed(signal), grown), true)
  }
})

test('a process that was ready and exits with a failure is started again', () => {
  assert.equal(diedByItself(exited(1), grown), true)
})

test('a start that fails is not tried again: it would fail again', () => {
  assert.equal(diedByItself(exited(1), young), false)
})

test('a clean exit and a refused configuration are final', () => {
  for (const code of [0, 2]) assert.equal(diedByItself(exited(code), grown), false)
})

test('who was asked to stop has stopped, however it ended', () => {
  for (const ending of [exited(0), exited(1), killed('SIGKILL')]) {
    assert.equal(diedByItself(ending, { ready: true, stopping: true }), false)
  }
})

test('the exit code is that of the process, and of a signal what a shell makes of it', () => {
  assert.deepEqual([exitCodeOf(exited(3)), exitCodeOf(killed('SIGKILL'))], [3, 137])
  assert.deepEqual(
    [told(exited(3)), told(killed('SIGABRT'))],
    ['ended with exit code 3', 'was ended by SIGABRT'],
  )
})
