import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestNode, type Signed } from '@ron/kernel/identity/test-node.fixture'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { call, journalPlace, refusal, system } from '../testing.ts'
import start from './service.ts'

const config = {
  entriesMax: 4,
  bytesMax: 2 ** 20,
  descriptorBytesMax: 2_048,
  ttlMaxMs: 3_600_000,
  journalBytesMax: 2 ** 20,
}
const [a, b] = [new TestNode('a'), new TestNode('b')]

function begun(place = journalPlace()) {
  const clock = new ManualClock(1_000_000)
  return { clock, place, open: () => start({ ...system, clock, config, peers: {}, journal: place.open() }) }
}

/** As it comes off the wire: lists that nobody else holds. */
function sent({ node, descriptor, signature }: Signed) {
  const { addresses, services } = descriptor
  const copies = services.map(({ operations, ...rest }) => ({ ...rest, operations: [...operations] }))
  return { node, descriptor: { ...descriptor, addresses: [...addresses], services: copies }, signature }
}

test('who is registered is found by id and by any spelling of the name, with what was signed', async () => {
  const { clock, open } = begun()
  const { handle } = await open()
  const signed = a.describe(clock.now(), { name: 'Café.Example' })
  const answer = await handle.register(sent(signed), call())
  assert.deepEqual(answer, {
    outcome: 'created',
    node: a.node,
    name: 'xn--caf-dma.example',
    expires_ms: clock.now() + 60_000,
    seq: 1,
  })
  const found = { ...signed, name: 'xn--caf-dma.example' }
  assert.deepEqual(await handle.get({ node: a.node }, call()), found)
  for (const name of ['CAFÉ.example.', 'xn--caf-dma.example', 'cafe\u0301。example'])
    assert.deepEqual(await handle.resolve({ name }, call()), found)
  assert.deepEqual(await handle.list({}, call()), {
    items: [{ node: a.node, name: found.name, kind: 'node', expires_ms: clock.now() + 60_000, seq: 1 }],
  })
  await assert.rejects(async () => handle.get({ node: b.node }, call()), refusal('NotFound', /no node/))
  await assert.rejects(async () => handle.resolve({ name: 'b' }, call()), refusal('NotFound', /as b$/))
  await assert.rejects(async () => handle.resolve({ name: 'a b' }, call()), refusal('BadRequest', /no name/))
})

test('each thing that is wrong with a descriptor is refused by its own rule', async () => {
  const { clock, open } = begun()
  const { handle } = await open()
  const nowMs = clock.now()
  await handle.register(sent(a.describe(nowMs, { name: 'taken', seq: 5 })), call())
  const register = (signed: Signed) => async () => handle.register(sent(signed), call())
  const good = b.describe(nowMs)
  const bad: readonly (readonly [Signed, string, RegExp])[] = [
    [
      { ...good, signature: a.describe(nowMs).signature },
      'BadRequest',
      /not one of the key in the descriptor/,
    ],
    [{ ...good, descriptor: { ...good.descriptor, seq: 2 } }, 'BadRequest', /not one of the key/],
    [{ ...good, node: a.node }, 'BadRequest', new RegExp(`that of node ${b.node}`)],
    [b.describe(nowMs, { name: 'no name' }), 'BadRequest', /"no name" is no name; use labels/],
    [b.describe(nowMs, { expires_ms: nowMs }), 'BadRequest', /it expired at .*; sign a new one/],
    [
      b.describe(nowMs, { issued_ms: nowMs + 300_001, expires_ms: nowMs + 400_000 }),
      'BadRequest',
      /set the clock/,
    ],
    [b.describe(nowMs, { expires_ms: nowMs + 3_600_001 }), 'BadRequest', /the limit is 3600000/],
    [
      b.describe(nowMs, { addresses: Array.from({ length: 8 }, () => `http://${'a'.repeat(240)}`) }),
      'BadRequest',
      /the limit is 2048/,
    ],
    [
      b.describe(nowMs, { name: 'TAKEN.' }),
      'Conflict',
      new RegExp(`taken is the name of node ${a.node} until`),
    ],
    [a.describe(nowMs, { seq: 5, name: 'other' }), 'Conflict', /sequence number 5 is not above 5/],
    [a.describe(nowMs, { seq: 4, name: 'taken' }), 'Conflict', /sequence number 4 is not above 5/],
  ]
  for (const [signed, code, because] of bad)
    await assert.rejects(register(signed), refusal(code, because), String(because))
  assert.equal((await handle.list({}, call())).items.length, 1)
  const repeated = await handle.register(sent(a.describe(nowMs, { name: 'taken', seq: 5 })), call())
  assert.equal(repeated.outcome, 'unchanged')
  const renamed = await handle.register(sent(a.describe(nowMs, { name: 'other', seq: 6 })), call())
  assert.equal(renamed.outcome, 'replaced')
  assert.equal((await handle.register(sent(b.describe(nowMs, { name: 'taken' })), call())).outcome, 'created')
})

test('one that is not renewed is gone when it expires, and so is its hold on the name', async () => {
  const { clock, open } = begun()
  const { handle } = await open()
  await handle.register(sent(a.describe(clock.now(), { name: 'shared' })), call())
  clock.advance(59_999)
  await handle.get({ node: a.node }, call())
  clock.advance(1)
  await assert.rejects(async () => handle.get({ node: a.node }, call()), refusal('NotFound', /no node/))
  assert.deepEqual(await handle.list({}, call()), { items: [] })
  const next = await handle.register(sent(b.describe(clock.now(), { name: 'shared' })), call())
  assert.equal(next.outcome, 'created')
})

test('a restarted thread goes on with everything that was acknowledged, removals included', async () => {
  const { clock, place, open } = begun()
  const first = await open()
  await first.handle.register(sent(a.describe(clock.now())), call())
  await first.handle.register(sent(b.describe(clock.now())), call())
  await first.handle.register(sent(b.describe(clock.now(), { seq: 2, name: 'later' })), call())
  await first.handle.remove({ node: a.node }, call())
  await assert.rejects(
    async () => first.handle.remove({ node: a.node }, call()),
    refusal('NotFound', /no node/),
  )
  const { handle } = await start({ ...system, clock, config, peers: {}, journal: place.open() })
  const { items } = await handle.list({}, call())
  assert.deepEqual(
    items.map(({ node, name, seq }) => ({ node, name, seq })),
    [{ node: b.node, name: 'later', seq: 2 }],
  )
  const found = await handle.resolve({ name: 'later' }, call())
  assert.equal(found.signature, b.describe(clock.now(), { seq: 2, name: 'later' }).signature)
})

test('a page ends where it says, and the next one begins there', async () => {
  const { clock, open } = begun()
  const { handle } = await open()
  const nodes = ['a', 'b', 'c', 'd'].map((seed) => new TestNode(seed))
  for (const node of nodes) await handle.register(sent(node.describe(clock.now())), call())
  const extra = new TestNode('e').describe(clock.now())
  await assert.rejects(async () => handle.register(sent(extra), call()), refusal('Full', /4 are registered/))
  const ids = nodes.map(({ node }) => node).toSorted()
  const first = await handle.list({ limit: 3 }, call())
  assert.deepEqual([first.items.map(({ node }) => node), first.next], [ids.slice(0, 3), ids[2]])
  const rest = await handle.list({ limit: 3, after: ids[2] ?? '' }, call())
  assert.deepEqual([rest.items.map(({ node }) => node), rest.next], [ids.slice(3), undefined])
})
