import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '../system/manual-clock.ts'
import { boundedLog } from './bounded-log.ts'

function recorded(linesMax: number) {
  const clock = new ManualClock()
  const lines: string[] = []
  const log = boundedLog(
    (level, message, fields) => lines.push(`${level} ${message} ${JSON.stringify(fields)}`),
    clock,
    linesMax,
  )
  return { clock, lines, log }
}

test('lines pass with their level and fields', () => {
  const { lines, log } = recorded(10)
  log.debug('a')
  log.info('b', { n: 1 })
  log.warn('c')
  log.error('d')
  assert.deepEqual(lines, ['debug a {}', 'info b {"n":1}', 'warn c {}', 'error d {}'])
})

test('a second takes only so many lines; how many were dropped is said at its end, without another line', () => {
  const { clock, lines, log } = recorded(2)
  for (let n = 0; n < 7; n++) log.info(String(n))
  assert.deepEqual(lines, ['info 0 {}', 'info 1 {}'])
  clock.advance(1_000)
  assert.deepEqual(lines.slice(2), ['warn log lines were dropped {"dropped":5}'])
})

test('the next second takes lines again', () => {
  const { clock, lines, log } = recorded(1)
  log.info('a')
  clock.advance(1_000)
  log.info('b')
  assert.deepEqual(lines, ['info a {}', 'info b {}'])
})

test('a log that is quiet sets no timer', () => {
  const { clock, log } = recorded(1)
  log.info('a')
  clock.advance(1_000)
  assert.equal(clock.pending, 0)
})
