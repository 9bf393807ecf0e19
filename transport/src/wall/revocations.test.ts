import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { noon, tenantA, tenantB } from './request.fixture.ts'
import { keyOf, Revocations, type Marks } from './revocations.ts'

const signature = (byte: number) => new Uint8Array(32).fill(byte)
const marks = (change: Partial<Marks> = {}): Marks => ({
  identifier: 'v1:main:a',
  lineage: [1, 2, 3].map((byte) => keyOf(signature(byte))),
  tenant: null,
  ...change,
})

function tableOf(max = 4) {
  const clock = new ManualClock(noon)
  return { clock, table: new Revocations(clock, max) }
}

test('an empty table has nothing against anybody', () => {
  const { table } = tableOf()
  assert.equal(table.find(marks()), null)
  assert.deepEqual([table.size, table.list()], [0, []])
})

test('a signature stands for its token and for all that was made from it, and for nothing it was made from', () => {
  const { table } = tableOf()
  table.add({ by: 'signature', signature: signature(2), identifier: 'v1:main:a' }, Infinity)
  assert.equal(table.find(marks())?.by, 'signature')
  assert.equal(table.find(marks({ lineage: [keyOf(signature(1))] })), null)
})

test('an identifier stands for every token of its minting', () => {
  const { table } = tableOf()
  table.add({ by: 'identifier', identifier: 'v1:main:a' }, Infinity)
  assert.equal(table.find(marks({ lineage: [] }))?.by, 'identifier')
  assert.equal(table.find(marks({ identifier: 'v1:main:ab' })), null)
})

test('a tenant stands for its tokens that were minted before then, or do not say when', () => {
  const { table } = tableOf()
  table.add({ by: 'tenant', tenant: tenantA, mintedBeforeMs: 1_000 }, Infinity)
  const minted = (at: number, tenant = tenantA) => marks({ identifier: `v1:main:n:${at}-9999`, tenant })
  assert.equal(table.find(minted(999))?.by, 'tenant')
  assert.equal(table.find(minted(1_000)), null)
  assert.equal(table.find(minted(999, tenantB)), null)
  assert.equal(table.find(marks({ tenant: tenantA }))?.by, 'tenant')
  table.add({ by: 'tenant', tenant: tenantA, mintedBeforeMs: 2_000 }, Infinity)
  assert.deepEqual([table.size, table.find(minted(1_999))?.mintedBeforeMs], [1, 2_000])
})

test('a full table refuses and names the setting, makes room as entries expire, and knows what it has', () => {
  const { clock, table } = tableOf(2)
  const add = (identifier: string, untilMs: number) => table.add({ by: 'identifier', identifier }, untilMs)
  add('a', noon + 10)
  add('b', Infinity)
  add('b', noon + 1)
  assert.throws(
    () => add('c', Infinity),
    (thrown) =>
      thrown instanceof Refusal &&
      thrown.code === 'Full' &&
      (thrown.more.explain?.fix ?? '').includes('capabilities.revocations_max'),
  )
  assert.equal(table.find(marks({ identifier: 'c' })), null)
  clock.advance(10)
  add('c', Infinity)
  assert.deepEqual(
    table.list().map(({ what }) => what),
    ['b', 'c'],
  )
})

test('who listens hears of a revocation when it is in force', () => {
  const { table } = tableOf()
  const heard: (string | undefined)[] = []
  table.onChange(() => heard.push(table.find(marks())?.by))
  const before = table.version
  table.add({ by: 'identifier', identifier: 'v1:main:a' }, Infinity)
  assert.deepEqual([heard, table.version > before], [['identifier'], true])
})

test('what is in force can be taken over by another table, and no more than it has room for', () => {
  const { table } = tableOf()
  table.add({ by: 'identifier', identifier: 'v1:a' }, Number.POSITIVE_INFINITY)
  table.add({ by: 'signature', signature: Uint8Array.of(0, 200, 255), identifier: 'v1:b' }, 9_000_000_000_000)
  const next = tableOf().table
  let changes = 0
  next.onChange(() => changes++)
  next.restore(table.kept())
  assert.deepEqual(next.list(), table.list())
  assert.equal(changes, 1)
  assert.ok(next.find({ identifier: 'v1:b', lineage: [keyOf(Uint8Array.of(0, 200, 255))], tenant: null }))
  const small = tableOf(1).table
  assert.throws(() => small.restore(table.kept()), /there is room for no more/)
})
