import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkLink, firstLink } from '@ron/kernel/tlog/chain'
import { checkLog } from '@ron/kernel/tlog/check-log'
import { entriesOf } from '@ron/kernel/tlog/entries'
import { parseHash } from '@ron/kernel/tlog/hash'
import { provesConsistency, provesInclusion } from '@ron/kernel/tlog/proof'
import { parseResource } from '@ron/kernel/tlog/tile'
import { call, journalPlace, keepAwake, refusal, system } from '../testing.ts'
import { actOf, actsOf } from './acts.fixture.ts'
import type { Act } from './record.ts'
import start from './service.ts'

keepAwake()

type Place = ReturnType<typeof journalPlace>

async function opened(place: Place = journalPlace()) {
  const node = await start({
    config: { journalBytesMax: 2 ** 20 },
    peers: {},
    ...system,
    journal: place.open(),
  })
  const { handle } = node
  let number = (await handle.head({ from: 0 }, call())).size
  return {
    ...node,
    handle,
    async append(acts: readonly Act[]) {
      const { size } = await handle.append({ number, acts: [...acts] }, call())
      number += acts.length
      return size
    },
    head: async (from = 0) => handle.head({ from }, call()),
    /** The log as files, read through the operations that serve them. */
    async read(path: string): Promise<Uint8Array | null> {
      const resource = parseResource(path) ?? assert.fail(path)
      try {
        return resource.kind === 'tile'
          ? (await handle.tile(resource.tile, call())).body
          : (await handle.entries({ index: resource.index, width: resource.width }, call())).body
      } catch (thrown) {
        assert.ok(refusal('NotFound', /no such/)(thrown))
        return null
      }
    },
  }
}

const hashOf = (text: string) => parseHash(text) ?? assert.fail(text)

/** Every entry in JSON, when the log is what its head says and its chain holds. */
async function checked({ head, read }: Awaited<ReturnType<typeof opened>>) {
  const { size, root } = await head()
  const found: Record<string, unknown>[] = []
  let before = firstLink
  await checkLog({ origin: 'test', size, root: hashOf(root) }, read, (index, entry, leaf) => {
    checkLink(index, entry, before)
    before = leaf
    found.push(JSON.parse(Buffer.from(entry).toString()))
  })
  return found
}

test('acts become entries that say who did what, and nothing that was sent', async () => {
  const log = await opened()
  assert.equal(await log.append([actOf(1, { rule: 'auth', code: 'CapabilityScope', count: 3 })]), 1)
  const [entry] = await checked(log)
  assert.deepEqual(entry, {
    seq: 0,
    at: '2023-11-14T22:13:20.001Z',
    kind: 'act.end',
    outcome: 'done',
    verb: 'overlay.admin',
    target: 'overlay.putCeilings',
    code: 'CapabilityScope',
    rule: 'auth',
    subject: 'v1:boot:1',
    tenant: '0'.repeat(32),
    trace_id: '1'.padStart(32, '0'),
    count: 3,
    prev: Buffer.from(firstLink).toString('base64'),
  })
})

test('the tiles that are served are those of the tree that the head names', async () => {
  const log = await opened()
  for (let from = 0; from < 700; from += 70) await log.append(actsOf(from, 70))
  const entries = await checked(log)
  assert.deepEqual(
    entries.map(({ subject }) => subject),
    actsOf(0, 700).map(({ subject }) => subject),
  )
})

test('an empty log has the head of an empty tree', async () => {
  const log = await opened()
  const { size, root, proof } = await log.head()
  assert.deepEqual([size, root, proof], [0, '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', []])
  assert.deepEqual(await checked(log), [])
})

test('what was acknowledged is there after a crash, under the same root, and the log goes on', async () => {
  const place = journalPlace()
  const before = await opened(place)
  await before.append(actsOf(0, 300))
  const head = await before.head()
  const after = await opened(place)
  assert.deepEqual(await after.head(), head)
  assert.equal(await after.append(actsOf(300, 5)), 305)
  assert.equal((await checked(after)).length, 305)
  const { size, root, proof } = await after.head(300)
  assert.ok(
    provesConsistency(
      { from: 300, to: size, fromRoot: hashOf(head.root), toRoot: hashOf(root) },
      proof.map(hashOf),
    ),
  )
})

test('acts that are sent again after a crash are recorded once', async () => {
  const place = journalPlace()
  const { handle } = await opened(place)
  const acts = actsOf(0, 3)
  assert.deepEqual(await handle.append({ number: 0, acts }, call()), { size: 3 })
  assert.deepEqual(await handle.append({ number: 0, acts }, call()), { size: 3 })
  const after = await opened(place)
  assert.deepEqual(await after.handle.append({ number: 0, acts }, call()), { size: 3 })
  assert.deepEqual(await after.handle.append({ number: 2, acts: actsOf(2, 2) }, call()), { size: 4 })
  const subjects = (await checked(after)).map(({ subject }) => subject)
  assert.deepEqual(subjects, ['v1:boot:0', 'v1:boot:1', 'v1:boot:2', 'v1:boot:3'])
})

test('a full log refuses with the setting to raise, changes nothing, and still serves', async () => {
  const place = journalPlace(2 ** 16)
  const log = await opened(place)
  const full = refusal('Full', /test\.journal_bytes_max/)
  let size = 0
  const fill = async () => {
    for (;;) size = await log.append(actsOf(size, 8))
  }
  await assert.rejects(fill, full)
  assert.ok(size > 100)
  await assert.rejects(() => log.append(actsOf(size, 8)), full)
  assert.equal((await checked(log)).length, size)
  assert.equal((await checked(await opened(place))).length, size)
  const health = log.health()
  assert.ok(health.state === 'degraded' && /audit\.journal_bytes_max/.test(health.because))
})

test('denials leave room for what matters more', async () => {
  const log = await opened(journalPlace(2 ** 16))
  let size = 0
  const fill = async () => {
    for (;;) size = await log.append(actsOf(size, 4, { kind: 'denial', outcome: 'refused' }))
  }
  await assert.rejects(fill, refusal('Full', /./))
  let others = 0
  const fillUp = async () => {
    for (;;) {
      await log.append(actsOf(0, 1))
      others++
    }
  }
  await assert.rejects(fillUp, refusal('Full', /./))
  assert.ok(others > 10 && others < size / 4, `${others} of ${size}`)
})

test('a tail is the last entries, or those from one on, and never more than asked for', async () => {
  const log = await opened()
  await log.append(actsOf(0, 256))
  await log.append(actsOf(256, 100))
  const tail = async (request: { from?: number; limit: number }) => {
    const { first, size, body } = await log.handle.tail(request, call())
    const seqs = entriesOf(body).map((entry) => JSON.parse(Buffer.from(entry).toString()).seq)
    assert.deepEqual(
      seqs,
      Array.from({ length: seqs.length }, (_, at) => first + at),
    )
    return [first, size, seqs.length]
  }
  assert.deepEqual(await tail({ limit: 10 }), [346, 356, 10])
  assert.deepEqual(await tail({ limit: 256 }), [100, 356, 256])
  assert.deepEqual(await tail({ from: 0, limit: 3 }), [0, 356, 3])
  assert.deepEqual(await tail({ from: 250, limit: 20 }), [250, 356, 20])
  assert.deepEqual(await tail({ from: 355, limit: 20 }), [355, 356, 1])
  assert.deepEqual(await tail({ from: 356, limit: 20 }), [356, 356, 0])
  assert.deepEqual(await tail({ from: 1_000, limit: 20 }), [356, 356, 0])
})

test('an entry is proved in the log as it is and as it was', async () => {
  const log = await opened()
  await log.append(actsOf(0, 200))
  await log.append(actsOf(200, 100))
  for (const [index, size] of [
    [0, 1],
    [7, 200],
    [7, 300],
    [299, 300],
  ] as const) {
    const { leaf, root, proof } = await log.handle.prove({ index, size }, call())
    const claim = { index, size, leaf: hashOf(leaf), root: hashOf(root) }
    assert.ok(provesInclusion(claim, proof.map(hashOf)), `${index} in ${size}`)
  }
  const notFound = refusal('NotFound', /./)
  await assert.rejects(async () => log.handle.prove({ index: 200, size: 200 }, call()), notFound)
  await assert.rejects(async () => log.handle.prove({ index: 0, size: 301 }, call()), notFound)
  await assert.rejects(async () => log.handle.prove({ index: 900, size: 300 }, call()), notFound)
  await assert.rejects(async () => log.head(301), notFound)
})

test('what is answered is a copy: the log does not change with it', async () => {
  const log = await opened()
  await log.append(actsOf(0, 256))
  for (const path of ['tile/0/000', 'tile/entries/000', 'tile/entries/000.p/3']) {
    const bytes = (await log.read(path)) ?? assert.fail(path)
    bytes.fill(0)
  }
  assert.equal((await checked(log)).length, 256)
})

test('the place of an entry is under a root of its own, by the hash that the log has of it', async () => {
  const log = await opened()
  await log.append(actsOf(0, 5))
  const place = await log.handle.place({ index: 3, size: 4 }, call())
  const { leaf } = await log.handle.prove({ index: 3, size: 4 }, call())
  assert.equal(place.event, Buffer.from(hashOf(leaf)).toString('hex'))
  assert.deepEqual([place.first, place.index, place.others.length], [0, 3, 14])
  const again = await log.handle.place({ index: 1, size: 4 }, call())
  assert.equal(again.root, place.root)
  assert.notEqual((await log.handle.place({ index: 1, size: 5 }, call())).root, place.root)
  await assert.rejects(
    async () => log.handle.place({ index: 4, size: 4 }, call()),
    refusal('NotFound', /not among 4/),
  )
  await assert.rejects(
    async () => log.handle.place({ index: 0, size: 6 }, call()),
    refusal('NotFound', /has 5/),
  )
})
