import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallSignal } from '@ron/kernel/ports/dispatch'
import { GivingUp } from './giving-up.ts'

/** What happens to one listener that stays and one that was taken off, as the signal is aborted twice. */
function heard(signal: CallSignal, abort: () => void): readonly unknown[] {
  const told: unknown[] = [signal.aborted]
  const taken = () => told.push('the one taken off')
  signal.addEventListener('abort', () => told.push('first', signal.aborted))
  signal.addEventListener('abort', taken)
  signal.addEventListener('abort', () => told.push('second'))
  signal.removeEventListener('abort', taken)
  abort()
  abort()
  return [...told, signal.aborted]
}

test('a request is given up as an AbortSignal is aborted', () => {
  const [light, controller] = [new GivingUp(), new AbortController()]
  const told = heard(light, () => light.abort())
  assert.deepEqual(told, [false, 'first', true, 'second', true])
  assert.deepEqual(
    told,
    heard(controller.signal, () => controller.abort()),
  )
})
