import assert from 'node:assert/strict'
import { test } from 'node:test'
import { confined, processorsIn } from './confined.ts'

test('a list of processors is read as the system writes it', () => {
  assert.deepEqual(processorsIn('0-2,5'), [0, 1, 2, 5])
  assert.deepEqual(processorsIn('3'), [3])
})

test('a command that may use all processors is left as it is', () => {
  assert.deepEqual(confined(['node', 'x.js'], null), ['node', 'x.js'])
})

test('a command that may not is run by taskset', () => {
  const [program = '', ...args] = confined(['node', 'x.js'], [0, 2])
  assert.match(program, /taskset$/)
  assert.deepEqual(args, ['-c', '0,2', 'node', 'x.js'])
})
