import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noAudit } from '../../audit/audit.ts'
import type { LogFields } from '../../ports/log.ts'
import type { Act } from '../../contract/acts.ts'
import type { DowngradeReason } from '../../ports/meter.ts'
import { ManualClock } from '../../system/manual-clock.ts'
import { DowngradeAlarm } from './alarm.ts'

const minute = 60_000

function alarmOf() {
  const clock = new ManualClock()
  const lines: LogFields[] = []
  const acts: Act[] = []
  const counted: DowngradeReason[] = []
  const silent = () => {}
  const warn = (_: string, fields: LogFields = {}) => lines.push(fields)
  const log = { debug: silent, info: silent, error: silent, warn }
  const audit = { ...noAudit, note: (act: Act) => void acts.push(act) }
  const alarm = new DowngradeAlarm(clock, log, audit, (reason) => counted.push(reason))
  return { clock, lines, acts, counted, alarm }
}

test('the first is told at once; all of the minute after it in one line for each reason', () => {
  const { clock, lines, acts, counted, alarm } = alarmOf()
  alarm.raise('not_offered', '10.0.0.1')
  assert.deepEqual(lines, [{ reason: 'not_offered', count: 1, peer: '10.0.0.1' }])
  for (let nth = 0; nth < 1_000; nth++) alarm.raise('not_offered', '10.0.0.2')
  alarm.raise('suite', '10.0.0.3')
  assert.equal(lines.length, 1)
  assert.equal(counted.length, 1_002, 'every one is counted')
  clock.advance(minute)
  assert.deepEqual(lines.slice(1), [
    { reason: 'not_offered', count: 1_000, within_ms: minute },
    { reason: 'suite', count: 1, within_ms: minute },
  ])
  assert.deepEqual(
    acts.map(({ kind, outcome, code, count }) => [kind, outcome, code, count]),
    [
      ['pq.downgrade', 'done', 'not_offered', 1],
      ['pq.downgrade', 'done', 'not_offered', 1_000],
      ['pq.downgrade', 'done', 'suite', 1],
    ],
  )
})

test('a minute in which nothing happened ends it, and the next one is told at once', () => {
  const { clock, lines, acts, alarm } = alarmOf()
  alarm.raise('required', '10.0.0.1')
  clock.advance(minute)
  assert.equal(lines.length, 1)
  alarm.raise('required', '10.0.0.1')
  assert.equal(lines.length, 2)
  assert.equal(acts[1]?.outcome, 'refused')
  alarm.raise('required', '10.0.0.1')
  alarm.stop()
  clock.advance(minute)
  assert.equal(lines.length, 2, 'nothing is told after the end')
})
