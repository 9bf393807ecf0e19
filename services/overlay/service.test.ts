import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { call, callBy, journalPlace, refusal, system } from '../testing.ts'
import { Ceilings } from './ceilings.ts'
import type { overlay } from './contract.ts'
import { FLAGS_MAX } from './flags.ts'
import start from './service.ts'
import { snapshotOf } from './wire.ts'

const config = {
  inflightMax: 512,
  peerInflightMax: 256,
  tenantInflightMax: 512,
  peerRateMax: 0,
  tarpitAfter: 20,
  tarpitWindowMs: 10_000,
  tarpitBaseMs: 50,
  tarpitDelayMaxMs: 2_000,
  tarpitQuietMs: 30_000,
  delayedMax: 128,
  peersMax: 16_384,
  journalBytesMax: 2 ** 20,
}
/** Started at the place of another, it is what the kernel starts after the other's thread fell. */
const started = (place = journalPlace()) => start({ ...system, config, peers: {}, journal: place.open() })
const watcher = () => callBy<(typeof overlay)['operations']['watch']>(undefined, 100)

test('the ceilings start as configured, and a change leaves out what it does not name', async () => {
  const { handle } = await started()
  const before = await handle.getCeilings({}, call())
  assert.equal(before.inflight_max, 512)
  const after = await handle.putCeilings({ inflight_max: 7, tarpit_after: 0 }, call())
  assert.deepEqual(after, { ...before, inflight_max: 7, tarpit_after: 0 })
  assert.deepEqual(await handle.getCeilings({}, call()), after)
})

test('a peer is sent to the tarpit, listed there, and let out', async () => {
  const { handle } = await started()
  const put = async (delay_ms: number) =>
    handle.putTarpit({ peer: '10.0.0.1', for_ms: 60_000, delay_ms }, call())
  assert.deepEqual(await put(100), {
    outcome: 'created',
    peer: '10.0.0.1',
    remaining_ms: 60_000,
    delay_ms: 100,
  })
  assert.equal((await put(200)).outcome, 'replaced')
  const { items } = await handle.getTarpits({}, call())
  assert.deepEqual(
    items.map(({ peer, delay_ms }) => ({ peer, delay_ms })),
    [{ peer: '10.0.0.1', delay_ms: 200 }],
  )
  await handle.removeTarpit({ peer: '10.0.0.1' }, call())
  assert.deepEqual(await handle.getTarpits({}, call()), { items: [] })
  await assert.rejects(
    async () => handle.removeTarpit({ peer: '10.0.0.1' }, call()),
    refusal('NotFound', /no operator sent 10\.0\.0\.1/),
  )
})

test('after a crash ceilings and tarpits are as operators left them', async () => {
  const place = journalPlace()
  const first = await started(place)
  await first.handle.putCeilings({ inflight_max: 7 }, call())
  await first.handle.putTarpit({ peer: 'stays', for_ms: 60_000, delay_ms: 100 }, call())
  await first.handle.putTarpit({ peer: 'leaves', for_ms: 60_000, delay_ms: 100 }, call())
  await first.handle.removeTarpit({ peer: 'leaves' }, call())

  const { handle } = await started(place)
  assert.deepEqual(await handle.getCeilings({}, call()), await first.handle.getCeilings({}, call()))
  assert.equal((await handle.getCeilings({}, call())).inflight_max, 7)
  const { items } = await handle.getTarpits({}, call())
  assert.deepEqual(
    items.map(({ peer, delay_ms }) => ({ peer, delay_ms })),
    [{ peer: 'stays', delay_ms: 100 }],
  )
  assert.ok(items.every(({ remaining_ms }) => remaining_ms > 0 && remaining_ms <= 60_000))
})

test('a full tarpit of the longest names is recorded, again and again, in the least journal there is', async () => {
  const place = journalPlace(2 ** 20)
  const { handle } = await started(place)
  const put = async (i: number) =>
    handle.putTarpit({ peer: `${i}`.padEnd(128, '"'), for_ms: 60_000, delay_ms: 1 }, call())
  for (let i = 0; i < FLAGS_MAX; i++) await put(i)
  for (let i = 0; i < 5; i++) assert.equal((await put(i)).outcome, 'replaced')
  const again = await started(place)
  assert.equal((await again.handle.getTarpits({}, call())).items.length, FLAGS_MAX)
})

test('a tarpit that is full refuses another peer and says how many there may be', async () => {
  const { handle } = await started()
  const put = async (peer: string) => handle.putTarpit({ peer, for_ms: 60_000, delay_ms: 1 }, call())
  for (let i = 0; i < FLAGS_MAX; i++) await put(`p${i}`)
  await assert.rejects(put('more'), refusal('Full', /1024 peers are in the tarpit/))
  assert.equal((await put('p0')).outcome, 'replaced')
})

test('a front end that follows decides by what operators set, from the next request on', async () => {
  const { handle } = await started()
  const { call: subscription, events, abort } = watcher()
  const end = handle.watch({}, subscription)
  await turn()
  const [first] = events
  assert.ok(first !== undefined)
  const ceilings = new Ceilings(snapshotOf(first), 0)
  const enter = () => ceilings.enter({ peer: 'p', tenant: 't', service: 's', operation: 'o' }, 0)
  const follow = async () => {
    await turn()
    const latest = events.at(-1)
    assert.ok(latest !== undefined)
    ceilings.update(snapshotOf(latest), 0)
  }

  await handle.putTarpit({ peer: 'p', for_ms: 60_000, delay_ms: 300 }, call())
  await follow()
  const delayed = enter()
  assert.ok(delayed.admit && delayed.delayMs === 300)

  await handle.removeTarpit({ peer: 'p' }, call())
  await follow()
  const second = enter()
  assert.ok(second.admit && second.delayMs === 0)

  await handle.putCeilings({ inflight_max: 2 }, call())
  await follow()
  assert.equal(enter().admit, false)
  delayed.release()
  assert.equal(enter().admit, true)

  abort()
  assert.deepEqual(await end, {})
})
