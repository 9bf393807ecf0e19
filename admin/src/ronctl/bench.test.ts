import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verdictOutcome, type Tally } from './bench.ts'

const tally = (more: Partial<Tally> = {}): Tally => ({
  tookMs: Array.from({ length: 1_000 }, (_, n) => n / 100),
  failures: new Map(),
  wrong: 0,
  ...more,
})

test('a load is passed when it is quick enough, few fail and none is wrong', () => {
  for (const [seen, p99, code, because] of [
    [tally(), 10, 0, /PASS/],
    [tally(), 9, 1, /p99 is 9.89 ms; it may be 9 ms/],
    [tally({ failures: new Map([['503', 10]]) }), 10, 0, /10 {2}10 × 503/],
    [tally({ failures: new Map([['503', 11]]) }), 10, 1, /1.09 % failed; less than 1 % may/],
    [tally({ wrong: 1 }), 10, 1, /1 answers were wrong/],
    [tally({ tookMs: [] }), 10, 1, /nothing was asked/],
  ] as const) {
    const { exitCode, text } = verdictOutcome(seen, 1, p99)
    assert.equal(exitCode, code, text)
    assert.match(text, because)
  }
})
