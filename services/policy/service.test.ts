import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { call, callBy, journalPlace, refusal, system } from '../testing.ts'
import type { policy } from './contract.ts'
import start from './service.ts'

const zero = '0'.repeat(32)
const asked = { tenant: zero, method: 'GET', path: '/objects/a', body_bytes: 0, tags: [] }
const bundle = (version: number, more: object = {}) =>
  JSON.stringify({ version, rules: [{ id: 'none', when: { max_body_bytes: 7 }, action: 'deny' }], ...more })

/** Started at the place of another, it is what the kernel starts after the other's thread fell. */
async function started(bundlePath = '', place = journalPlace()) {
  const config = { bundlePath, journalBytesMax: 2 ** 20 }
  const node = await start({ ...system, config, peers: {}, journal: place.open() })
  const { handle } = node
  const put = async (text: string) => handle.putBundle({ body: new TextEncoder().encode(text) }, call())
  return { handle, health: () => node.health(), put }
}

test('a node without a bundle of its own decides by the built-in one', async () => {
  const { handle, health } = await started()
  assert.deepEqual(await handle.evaluate(asked, call()), {
    allow: true,
    rule: 'micro.objects',
    reason: 'rule micro.objects allows it',
    version: 1,
  })
  assert.equal((await handle.evaluate({ ...asked, path: '/admin' }, call())).allow, false)
  assert.deepEqual(health(), { state: 'ready' })
})

test('a node with a bundle path decides nothing before the bundle is installed, and says so', async () => {
  const { handle, health } = await started('/etc/ron/policy.json')
  const waiting = refusal('NotReady', /policy\.bundle_path is not installed yet/)
  await assert.rejects(async () => handle.evaluate(asked, call()), waiting)
  await assert.rejects(async () => handle.simulate(asked, call()), waiting)
  await assert.rejects(async () => handle.getBundle({}, call()), waiting)
  assert.equal(health().state, 'degraded')
  assert.deepEqual(await handle.install({ bundle_json: bundle(1) }, call()), { version: 1, rules: 1 })
  assert.equal((await handle.evaluate(asked, call())).rule, 'none')
  assert.deepEqual(health(), { state: 'ready' })
})

test('versions only go up, and the same text again is no conflict', async () => {
  const { handle, put } = await started()
  await assert.rejects(
    put(bundle(1)),
    refusal('Conflict', /version 1 does not follow version 1, which is in force; use 2 or more/),
  )
  assert.deepEqual(await put(bundle(5)), { version: 5, rules: 1 })
  assert.deepEqual(await put(bundle(5)), { version: 5, rules: 1 })
  await assert.rejects(put(bundle(5, { meta: { other: 'text' } })), refusal('Conflict', /use 6 or more/))
  await assert.rejects(put(bundle(4)), refusal('Conflict', /version 4 does not follow version 5/))
  await assert.rejects(
    async () => handle.install({ bundle_json: bundle(4) }, call()),
    refusal('Conflict', /version 4 does not follow/),
  )
})

test('what governs the node may go back to a lower version, and every follower hears of it', async () => {
  const { handle, put } = await started()
  await put(bundle(5))
  const back = { bundle_json: bundle(4), any_version: true }
  assert.deepEqual(await handle.install(back, call()), { version: 4, rules: 1 })
  assert.equal((await handle.evaluate(asked, call())).version, 4)
  await assert.rejects(put(bundle(4, { meta: { other: 'text' } })), refusal('Conflict', /use 5 or more/))
})

test('after a crash the bundle that was in force is in force, not the file and not the built-in one', async () => {
  for (const path of ['', '/etc/ron/policy.json']) {
    const place = journalPlace()
    const first = await started(path, place)
    if (path !== '') await first.handle.install({ bundle_json: bundle(1) }, call())
    await first.put(bundle(7))
    const { handle, health, put } = await started(path, place)
    assert.deepEqual(health(), { state: 'ready' })
    assert.deepEqual(await handle.evaluate(asked, call()), await first.handle.evaluate(asked, call()))
    assert.equal(new TextDecoder().decode((await handle.getBundle({}, call())).body), bundle(7))
    await assert.rejects(put(bundle(6)), refusal('Conflict', /does not follow version 7/))
  }
})

test('a bundle that there is no room for is refused, and the one in force stays', async () => {
  const place = journalPlace(4096)
  const { put } = await started('', place)
  await put(bundle(2))
  const large = bundle(3).padEnd(5000)
  await assert.rejects(put(large), refusal('Full', /raise test.journal_bytes_max/))
  assert.equal((await (await started('', place)).handle.evaluate(asked, call())).version, 2)
})

test('a bundle that cannot be read is refused with the place, and the one in force stays', async () => {
  const { handle, put } = await started()
  await assert.rejects(
    put('{"version":2,"rules":[{"idd":"x"}]}'),
    refusal('BadRequest', /rules\[0\]\.idd is not a field/),
  )
  await assert.rejects(put('nonsense'), refusal('BadRequest', /not JSON/))
  await assert.rejects(
    async () => handle.putBundle({ body: Uint8Array.of(0x7b, 0xff) }, call()),
    refusal('BadRequest', /not UTF-8/),
  )
  assert.equal((await handle.evaluate(asked, call())).version, 1)
})

test('the bundle in force is read back as it was sent', async () => {
  const { handle, put } = await started()
  const text = bundle(2, { meta: { note: 'né' } })
  await put(text)
  const got = await handle.getBundle({}, call())
  assert.equal(new TextDecoder().decode(got.body), text)
  assert.equal(got.version, 2)
  assert.equal(got.content_type, 'application/json')
})

test('a watcher learns the version and the body breaks, now and after each change', async () => {
  const { handle, put } = await started('/etc/ron/policy.json')
  const follower = callBy<(typeof policy)['operations']['watch']>(zero, 10)
  const end = handle.watch({}, follower.call)
  await turn()
  await put(bundle(3, { defaults: { max_body_bytes: 4 } }))
  await turn()
  assert.deepEqual(follower.events, [
    { version: 0, body_breaks: [] },
    { version: 3, body_breaks: [4, 7] },
  ])
  follower.abort()
  assert.deepEqual(await end, {})
})

test('a simulation explains the decision for the caller’s own tenant unless told another', async () => {
  const { handle, put } = await started()
  const other = 'cd'.repeat(16)
  const rules = [{ id: 'theirs', when: { tenant: other }, action: 'allow' }]
  await put(JSON.stringify({ version: 2, rules }))
  const simulate = async (more: object) => handle.simulate({ method: 'GET', path: '/x', ...more }, call(zero))
  assert.deepEqual(await simulate({}), {
    allow: false,
    rule: 'defaults.default_action',
    reason: 'no rule matches, and the default is to deny',
    version: 2,
    trace: [
      { rule: 'theirs', outcome: 'miss', because: `it is for tenant ${other}` },
      {
        rule: 'defaults.default_action',
        outcome: 'hit',
        because: 'no rule matches, and the default is to deny',
      },
    ],
  })
  assert.equal((await simulate({ tenant: other })).rule, 'theirs')
})
