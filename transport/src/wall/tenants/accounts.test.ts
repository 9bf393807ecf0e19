import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { Accounts, others, type AccountsParts } from './accounts.ts'
import { Overdrawn } from './account.ts'
import { Joined } from './joined.ts'
import { unlimited } from './unlimited.fixture.ts'

const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(32)) as [string, string, string]

function accountsWith(change: Partial<AccountsParts> = {}) {
  const clock = new ManualClock(0)
  const accounts = new Accounts({
    clock,
    everybody: unlimited,
    named: new Map(),
    tenantsMax: 2,
    tarpitMs: 250,
    ...change,
  })
  const enter = (tenant: string) => accounts.of(tenant).enter(clock.monotonic())
  const rule = (tenant: string) => enter(tenant)?.refusal.more.explain?.rule ?? null
  return { accounts, clock, enter, rule }
}

test('a tenant past its requests is refused, told when to come back, and others are not', () => {
  const { enter, rule, clock } = accountsWith({ everybody: { ...unlimited, requestsPerSecond: 2 } })
  assert.deepEqual([rule(a), rule(a)], [null, null])
  const { refusal } = enter(a) ?? assert.fail('it went on')
  assert.equal(refusal.code, 'QuotaExceeded')
  assert.equal(refusal.more.retryAfterMs, 500)
  assert.deepEqual(refusal.more.headers, {
    'ratelimit-policy': '"requests";q=2;w=1',
    ratelimit: '"requests";r=0;t=1',
  })
  assert.equal(rule(b), null)
  clock.advance(500)
  assert.deepEqual([rule(a), rule(a)], [null, 'tenant-requests'])
})

test('bytes are owed: what was too much is waited for afterwards', () => {
  const { accounts, rule, clock } = accountsWith({ everybody: { ...unlimited, bytesPerSecond: 1_000 } })
  accounts.of(a).moved(2_000, 1_000, 0)
  assert.equal(rule(a), 'tenant-bytes')
  clock.advance(1_999)
  assert.equal(rule(a), 'tenant-bytes')
  clock.advance(1)
  assert.equal(rule(a), null)
})

test('time of services is owed in percent of a processor', () => {
  const { accounts, rule, clock } = accountsWith({ everybody: { ...unlimited, cpuPercent: 10 } })
  accounts.worked(a, 100_000)
  assert.equal(rule(a), null, 'a second’s worth is there at once')
  accounts.worked(a, 50_000)
  assert.equal(rule(a), 'tenant-cpu')
  clock.advance(500)
  assert.equal(rule(a), null)
})

test('a tenant has so many requests in flight and no more', () => {
  const { accounts, rule } = accountsWith({ everybody: { ...unlimited, inFlight: 1 } })
  assert.equal(rule(a), null)
  accounts.of(a).inFlight++
  assert.equal(rule(a), 'tenant-in-flight')
  accounts.of(a).inFlight--
  assert.equal(rule(a), null)
})

test('a tenant that a row names has limits of its own', () => {
  const named = new Map([[b, { ...unlimited, requestsPerSecond: 1, weight: 4 }]])
  const { accounts, rule } = accountsWith({ named })
  assert.deepEqual([rule(b), rule(b), rule(a), rule(a)], [null, 'tenant-requests', null, null])
  assert.deepEqual([accounts.weightOf(a), accounts.weightOf(b)], [1, 4])
})

test('refusals are held back past twice the quota, and no more of them than may be', () => {
  const { enter, accounts } = accountsWith({ everybody: { ...unlimited, requestsPerSecond: 2 } })
  const holds = Array.from({ length: 1_000 }, () => enter(a)).map((answer) => answer?.holdMs ?? null)
  assert.deepEqual(holds.slice(0, 4), [null, null, 0, 0])
  const held = holds.flatMap((holdMs) => (holdMs === null || holdMs === 0 ? [] : [holdMs]))
  assert.equal(held.length, 256)
  assert.equal(accounts.of(a).held, 256)
  accounts.of(a).letGo()
  assert.ok((enter(a)?.holdMs ?? 0) >= 125)
})

test('refusals that are held back together end one after the other', () => {
  const { enter } = accountsWith({ everybody: { ...unlimited, requestsPerSecond: 2 } })
  const holds = Array.from({ length: 260 }, () => enter(a)?.holdMs ?? 0).filter((holdMs) => holdMs > 0)
  const ends = holds.toSorted((one, other) => one - other)
  assert.ok((ends[0] ?? 0) >= 125 && (ends.at(-1) ?? 0) < 375)
  const apart = ends.slice(1).map((end, at) => end - (ends[at] ?? 0))
  const evenly = 250 / ends.length
  assert.ok(Math.max(...apart) < 3 * evenly && Math.min(...apart) > evenly / 3, 'evenly, on the whole')
})

test('tenants beyond the table share one quota, so nobody escapes it by being one too many', () => {
  const { accounts, rule, clock } = accountsWith({ everybody: { ...unlimited, requestsPerSecond: 1 } })
  assert.deepEqual([rule(a), rule(b), rule(c)], [null, null, null])
  assert.equal(accounts.of(c).tenant, others)
  assert.equal(rule('d'.repeat(32)), 'tenant-requests', 'c has spent it')
  clock.advance(1_000)
  assert.equal(rule(c), null)
})

test('an account that owes something does not make room, and one that was idle for long does', () => {
  const { accounts, clock, enter } = accountsWith({ everybody: { ...unlimited, bytesPerSecond: 1 } })
  enter(a)
  enter(b)
  accounts.of(a).moved(60, 0, 0)
  accounts.of(b).requests = 7
  clock.advance(20_000)
  assert.equal(accounts.of(c).tenant, c, 'b made room')
  assert.equal(accounts.size, 2)
  assert.ok(enter(a) instanceof Overdrawn, 'the debt of a is remembered')
  const sums = [...accounts.all()].find(({ tenant }) => tenant === others)
  assert.equal(sums?.requests, 7, 'what b counted goes on')
})

test('a flood of tenants leaves no more of them remembered than the table has places', () => {
  const { accounts, clock } = accountsWith({ tenantsMax: 16 })
  for (let at = 0; at < 1_000; at++) {
    clock.advance(1_000)
    accounts.of(at.toString(16).padStart(32, '0')).enter(clock.monotonic())
    assert.ok(accounts.size <= 16)
  }
})

test('delays are summed by pair, the longest first, and forgotten after two spans', () => {
  const { accounts, clock } = accountsWith()
  accounts.delayed(a, b, 5)
  accounts.delayed(a, c, 30)
  clock.advance(10_000)
  accounts.delayed(a, b, 7)
  assert.deepEqual(accounts.delays(), [
    { who: a, whom: c, micros: 30 },
    { who: a, whom: b, micros: 12 },
  ])
  clock.advance(10_000)
  assert.deepEqual(accounts.delays(), [{ who: a, whom: b, micros: 7 }])
  clock.advance(20_000)
  assert.deepEqual(accounts.delays(), [])
})

test('pairs beyond the bound are counted together', () => {
  const { accounts } = accountsWith()
  for (let at = 0; at < 5_000; at++) accounts.delayed(a, at.toString(16).padStart(32, '0'), 1)
  const delays = accounts.delays()
  assert.equal(delays.length, 4_097)
  assert.deepEqual(delays[0], { who: others, whom: others, micros: 904 })
})

test('a connection counts once for each tenant on it, until it ends, and no further one is had past the quota', () => {
  const { accounts, clock } = accountsWith({ everybody: { ...unlimited, connections: 2 } })
  const join = (joined: Joined, tenant: string) =>
    joined.join(accounts.of(tenant), clock.monotonic())?.refusal.more.explain?.rule ?? null
  const [one, two, three] = [new Joined(), new Joined(), new Joined()]
  assert.deepEqual([join(one, a), join(one, a), join(two, a)], [null, null, null])
  assert.equal(accounts.of(a).connections, 2)
  assert.equal(join(three, a), 'tenant-connections')
  assert.equal(join(three, b), null, 'another tenant has its own')
  one.end()
  assert.equal(join(three, a), null)
  assert.equal(join(one, a), null, 'what ended is not counted any more')
  assert.equal(accounts.of(a).connections, 2)
})

test('a tenant with an open connection is not forgotten, so its quota is not new', () => {
  const { accounts, clock } = accountsWith({ everybody: { ...unlimited, connections: 1 }, tenantsMax: 1 })
  const joined = new Joined()
  assert.equal(joined.join(accounts.of(a), clock.monotonic()), null)
  clock.advance(60_000)
  assert.equal(accounts.of(b).tenant, others)
  joined.end()
  assert.equal(accounts.of(c).tenant, c)
})
