import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Accounts } from '@ron/transport/wall/tenants/accounts'
import { unlimited } from '@ron/transport/wall/tenants/unlimited.fixture'
import { ManualClock } from '../../system/manual-clock.ts'
import { reportedTenants } from './report.ts'

const idOf = (at: number) => at.toString(16).padStart(32, '0')

function reported() {
  const clock = new ManualClock(0)
  const accounts = new Accounts({
    clock,
    everybody: unlimited,
    named: new Map(),
    tenantsMax: 1_000,
    tarpitMs: 0,
  })
  const lines = [
    [{ tenant: idOf(1), waiting: 3, credit: 0, inTurn: false }],
    [{ tenant: idOf(1), waiting: 2, credit: 0, inTurn: false }],
  ]
  const held = { bytes: new Map([[idOf(1), 4_096]]), topics: new Map([[idOf(1), 2]]) }
  const view = reportedTenants(
    accounts,
    1_000,
    () => lines,
    async () => held,
    clock,
  )
  return { clock, accounts, view }
}

test('rates are of the last two seconds, and sums of all time', async () => {
  const { clock, accounts, view } = reported()
  const account = accounts.of(idOf(1))
  account.requests = 100
  clock.advance(2_000)
  account.requests += 20
  account.refused += 4
  account.moved(600, 400, 2_000)
  account.worked(500_000, 2_000)
  clock.advance(2_000)
  const [row] = (await view.report()).tenants
  assert.deepEqual(
    [row?.requests_per_second, row?.refused_per_second, row?.bytes_per_second, row?.cpu_percent],
    [10, 2, 500, 25],
  )
  assert.deepEqual([row?.requests, row?.refused, row?.cpu_seconds, row?.waiting], [120, 4, 0.5, 5])
  assert.deepEqual([row?.stored_bytes, row?.topics], [4_096, 2])
  clock.advance(2_000)
  assert.equal((await view.report()).tenants[0]?.requests_per_second, 0)
  view.stop()
})

test('delays say who kept whom waiting, and each row its part of them', async () => {
  const { accounts, view } = reported()
  accounts.of(idOf(1)).requests++
  accounts.of(idOf(2)).requests++
  accounts.delayed(idOf(1), idOf(2), 7_000)
  const { delays, tenants } = await view.report()
  assert.deepEqual(delays, [{ who: idOf(1), whom: idOf(2), ms: 7 }])
  assert.deepEqual(
    tenants.map(({ waited_ms, caused_ms }) => [waited_ms, caused_ms]),
    [
      [0, 7],
      [7, 0],
    ],
  )
  view.stop()
})

test('a hundred tenants have rows, and all others one together', async () => {
  const { accounts, view } = reported()
  for (let at = 1; at <= 150; at++) accounts.of(idOf(at)).requests = at
  const { tenants, known } = await view.report()
  assert.equal(known, 150)
  assert.equal(tenants.length, 101)
  assert.equal(tenants[0]?.tenant, idOf(150))
  assert.deepEqual([tenants[100]?.tenant, tenants[100]?.requests], ['others', 1_275])
  view.stop()
})

test('with nobody there are no rows', async () => {
  const { view } = reported()
  assert.deepEqual((await view.report()).tenants, [])
  view.stop()
})
