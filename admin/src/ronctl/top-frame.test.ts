import assert from 'node:assert/strict'
import { test } from 'node:test'
import { frame, type Glance } from './top-frame.ts'

const service = (name: string, need: string) => ({
  name,
  need,
  phase: 'running',
  health: 'healthy',
  because: '',
  inbox_depth: 0,
  restart_count: 1,
  last_failure: { cause: 'throw', at: '2026-01-31T12:00:00.000Z' },
})
const glance: Glance = {
  status: {
    profile: 'micro',
    version: '0.1.0',
    phase: 'Running',
    ready: true,
    uptime_seconds: 3_700,
    connections: 2,
    node_addr: 'http://127.0.0.1:8080',
    services: [
      service('storage', 'required'),
      service('zk-verify', 'optional'),
      service('index', 'required'),
    ],
  },
  tenants: { tenants: Array.from({ length: 20 }, (_, n) => ({ tenant: `t${n}`, requests_per_second: n })) },
  rates: {
    requestsPerSecond: 1_234.5,
    byClass: new Map([['2xx', 1_234.5]]),
    p50Ms: 1,
    p99Ms: null,
    inFlight: 0,
  },
}

test('a frame has the tree of services, and the busiest tenants first', () => {
  const lines = frame(glance, { columns: 120, rows: 100 })
  assert.match(lines[0] ?? '', /^micro 0\.1\.0 {2}ready {2}Running {2}up 1h1m/)
  const at = (start: string) => lines.findIndex((line) => line.startsWith(start))
  assert(
    at('├─ storage') < at('└─ index') &&
      at('└─ index') < at('optional') &&
      at('optional') < at('└─ zk-verify'),
  )
  assert(at('t19') > 0 && at('t19') < at('t18'))
  assert.equal(at('t9 '), -1)
  assert(lines.includes('… and 10 tenants more'))
})

test('it is never wider nor longer than the terminal', () => {
  for (const columns of [1, 10, 40, 79, 80, 99, 100, 200]) {
    for (const rows of [1, 2, 5, 24]) {
      const lines = frame(glance, { columns, rows })
      assert(lines.length <= rows && lines.every((line) => line.length <= columns), `${columns}x${rows}`)
    }
  }
})

test('what a node says cannot move the cursor', () => {
  const status = { ...glance.status, profile: 'a\u001b[2Jb' }
  assert(frame({ ...glance, status }, { columns: 80, rows: 24 }).every((line) => !line.includes('\u001b')))
})
