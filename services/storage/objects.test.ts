import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { blobsPlace, journalPlace, refusal, stampTable } from '../testing.ts'
import { addressOf } from './address.ts'
import { ENTRY_BYTES } from './budget.ts'
import type { Incoming, Objects } from './objects.ts'
import { NaiveObjects } from './objects.oracle.ts'
import { openObjects, openState, type Limits } from './opened.fixture.ts'
import { brokenPrecondition } from './preconditions.ts'
import { stampKey } from './reading.ts'

const roomy = { bytesMax: 1024 * 1024, namesMax: 1000, verifyReads: true }
/** Where objects lie and what is recorded of them: opening them again is what a restart does. */
function place(stamps = stampTable()) {
  const [blobs, journal] = [blobsPlace(), journalPlace()]
  return (limits: Limits) => openObjects(blobs.open(), journal.open(), stamps, limits)
}
const opened = (limits: Limits, blobs = blobsPlace().open()) =>
  openObjects(blobs, journalPlace().open(), stampTable(), limits)
const anyway = () => undefined
const bytesOf = (text: string) => new TextEncoder().encode(text)
const incoming = (text: string, type = 'text/plain'): Incoming => ({
  content: bytesOf(text),
  type,
  expected: undefined,
})
const helloAt = addressOf(bytesOf('hello'))
/** Those of a history. */
const texts = ['', 'one', 'two', 't'.repeat(300), 'u'.repeat(700)]

test('a named object comes back with its bytes, address and type', async () => {
  const objects = await opened(roomy)
  const put = await objects.put('a', 'x', incoming('hello'), anyway)
  assert.deepEqual(put, { outcome: 'created', address: helloAt, bytes: 5, type: 'text/plain' })
  assert.equal(await textOf(objects, 'a', 'x'), 'hello')
})

test('putting a name again replaces its content and frees what nothing names any more', async () => {
  const blobs = blobsPlace().open()
  const objects = await opened(roomy, blobs)
  await objects.put('a', 'x', incoming('hello'), anyway)
  const put = await objects.put('a', 'x', incoming('bye'), anyway)
  assert.ok(!('refused' in put) && put.outcome === 'replaced')
  assert.equal(await textOf(objects, 'a', 'x'), 'bye')
  assert.equal(objects.findAddress('a', helloAt), undefined)
  assert.equal(blobs.bytesUsed, 3)
})

test('putting the same content under the same name changes only the type', async () => {
  const objects = await opened(roomy)
  await objects.put('a', 'x', incoming('hello'), anyway)
  const used = objects.bytesUsed
  await objects.put('a', 'x', incoming('hello', 'text/html'), anyway)
  assert.equal(objects.find('a', 'x')?.type, 'text/html')
  assert.equal(objects.bytesUsed, used)
})

test('content goes with its last name, but not while it is pinned', async () => {
  const objects = await opened(roomy)
  await objects.put('a', 'x', incoming('hello'), anyway)
  await objects.put('a', 'y', incoming('hello'), anyway)
  await objects.remove('a', 'x', anyway)
  assert.equal(await textOf(objects, 'a', 'y'), 'hello')
  await objects.pin('a', incoming('hello'))
  await objects.remove('a', 'y', anyway)
  assert.ok(objects.findAddress('a', helloAt))
  assert.equal(await objects.unpin('a', helloAt), undefined)
  assert.equal(objects.findAddress('a', helloAt), undefined)
  assert.equal(objects.bytesUsed, 0)
})

test('content that only names hold is not deleted by address, and the refusal says how many names', async () => {
  const objects = await opened(roomy)
  await objects.put('a', 'x', incoming('hello'), anyway)
  assert.deepEqual(await objects.unpin('a', helloAt), {
    refused: 'Conflict',
    because: `${helloAt} is held by 1 name; delete the named objects instead`,
  })
})

test('an unpinned address with a name left stays readable both ways', async () => {
  const objects = await opened(roomy)
  await objects.pin('a', incoming('hello'))
  await objects.put('a', 'x', incoming('hello'), anyway)
  assert.equal(await objects.unpin('a', helloAt), undefined)
  assert.equal(await textOf(objects, 'a', 'x'), 'hello')
  assert.ok(objects.findAddress('a', helloAt))
})

test('the first pin decides the type of an address, a second one is known and changes nothing', async () => {
  const objects = await opened(roomy)
  const first = await objects.pin('a', incoming('hello', 'text/plain'))
  const second = await objects.pin('a', incoming('hello', 'text/html'))
  assert.ok(!('refused' in first) && first.outcome === 'created')
  assert.ok(!('refused' in second) && second.outcome === 'known')
  assert.equal(objects.findAddress('a', helloAt)?.type, 'text/plain')
  await objects.unpin('a', helloAt)
  assert.equal(objects.bytesUsed, 0)
})

test('a tenant sees neither the names nor the addresses of another, and is told its own content is new', async () => {
  const objects = await opened(roomy)
  await objects.put('a', 'x', incoming('hello'), anyway)
  assert.equal(objects.find('b', 'x'), undefined)
  assert.equal(objects.findAddress('b', helloAt), undefined)
  assert.deepEqual(objects.list('b', '', '', 10), { items: [], more: false })
  assert.ok('refused' in ((await objects.remove('b', 'x', anyway)) ?? {}))
  assert.ok('refused' in ((await objects.unpin('b', helloAt)) ?? {}))
  const pinned = await objects.pin('b', incoming('hello'))
  assert.ok(!('refused' in pinned) && pinned.outcome === 'created')
})

test('content two tenants store lies there once and stays until both let go', async () => {
  const blobs = blobsPlace().open()
  const objects = await opened(roomy, blobs)
  await objects.put('a', 'x', incoming('hello'), anyway)
  await objects.put('b', 'y', incoming('hello'), anyway)
  assert.equal(blobs.bytesUsed, 5)
  await objects.remove('a', 'x', anyway)
  assert.equal(await textOf(objects, 'b', 'y'), 'hello')
  await objects.remove('b', 'y', anyway)
  assert.equal(blobs.bytesUsed, 0)
})

test('a wrong expected address refuses and stores nothing', async () => {
  const objects = await opened(roomy)
  const wrong = { ...incoming('hello'), expected: addressOf(bytesOf('other')) }
  for (const refused of [await objects.put('a', 'x', wrong, anyway), await objects.pin('a', wrong)]) {
    assert.ok('refused' in refused && refused.refused === 'DigestMismatch')
    assert.match(refused.because, new RegExp(`hashes to ${helloAt}`))
  }
  assert.equal(objects.bytesUsed, 0)
})

test('the budget is exact: what fits to the byte is kept and one byte more is refused, saying the limit', async () => {
  const bytesMax = 10 + 2 * ENTRY_BYTES
  const objects = await opened({ ...roomy, bytesMax })
  const refused = await objects.put('a', 'x', incoming('01234567890'), anyway)
  assert.deepEqual(refused, {
    refused: 'Full',
    because: `0 of 1034 bytes are used and this needs 1035 more; delete objects or raise storage.bytes_max, now 1034B`,
  })
  await objects.put('a', 'x', incoming('0123456789'), anyway)
  assert.equal(objects.bytesUsed, bytesMax)
  assert.ok('refused' in (await objects.put('a', 'y', incoming(''), anyway)))
  assert.equal(await textOf(objects, 'a', 'x'), '0123456789')
  await objects.remove('a', 'x', anyway)
  assert.equal(objects.bytesUsed, 0)
})

test('a tenant has a limit of its own, to the byte, for which content counts that others hold as well', async () => {
  const tenantBytesMax = 10 + 2 * ENTRY_BYTES
  const objects = await opened({ ...roomy, tenantBytesMax })
  await objects.put('b', 'x', incoming('01234567890'.slice(1)), anyway)
  const refused = await objects.put('a', 'x', incoming('01234567890'), anyway)
  assert.deepEqual(refused, {
    refused: 'Full',
    because: `this tenant uses 0 of its 1034 bytes and this needs 1035 more; delete objects or raise storage.tenant_bytes_max, now 1034B`,
  })
  await objects.put('a', 'x', incoming('1234567890'), anyway)
  assert.ok('refused' in (await objects.pin('a', incoming('y'))))
  assert.ok(!('refused' in ((await objects.remove('a', 'x', anyway)) ?? {})))
  assert.ok(!('refused' in (await objects.pin('a', incoming('y')))))
})

test('puts of one tenant that are stored at the same time do not pass its limit together', async () => {
  const objects = await opened({ ...roomy, tenantBytesMax: 10 + 2 * ENTRY_BYTES })
  const puts = ['x', 'y', 'z'].map((name) => objects.put('a', name, incoming(name.repeat(10)), anyway))
  const pins = ['u', 'v'].map((text) => objects.pin('a', incoming(text.repeat(10))))
  const kept = (await Promise.all([...puts, ...pins])).filter((written) => !('refused' in written))
  assert.equal(kept.length, 1)
  assert.equal(objects.bytesUsed, 10 + 2 * ENTRY_BYTES)
})

test('names have a limit of their own, which replacing a name does not meet', async () => {
  const objects = await opened({ ...roomy, namesMax: 2 })
  await objects.put('a', 'x', incoming('1'), anyway)
  await objects.put('b', 'y', incoming('2'), anyway)
  assert.deepEqual(await objects.put('a', 'z', incoming('3'), anyway), {
    refused: 'Full',
    because: '2 names are in use, the limit storage.names_max; delete objects or raise it',
  })
  const replaced = await objects.put('a', 'x', incoming('4'), anyway)
  assert.ok(!('refused' in replaced))
})

test('a full node refuses a tenant content that another tenant has just as it refuses content nobody has', async () => {
  const objects = await opened({ ...roomy, bytesMax: 100 + 4 * ENTRY_BYTES })
  await objects.put('a', 'x', incoming('k'.repeat(80)), anyway)
  const known = await objects.pin('b', incoming('k'.repeat(80)))
  assert.ok(!('refused' in known), 'with room for it as if it were new, it is taken')
  await objects.unpin('b', known.address)
  await objects.pin('a', incoming('f'.repeat(20)))
  assert.ok('refused' in (await objects.pin('b', incoming('k'.repeat(80)))))
  assert.ok('refused' in (await objects.pin('b', incoming('u'.repeat(80)))))
})

test('a precondition that does not hold leaves everything as it was', async () => {
  const objects = await opened(roomy)
  await objects.put('a', 'x', incoming('hello'), anyway)
  const used = objects.bytesUsed
  const onlyNew = (current: string | undefined) => brokenPrecondition({ if_none_match: '*' }, current)
  const put = await objects.put('a', 'x', incoming('bye'), onlyNew)
  assert.ok('refused' in put && put.refused === 'PreconditionFailed')
  const removed = await objects.remove('a', 'x', () => 'no')
  assert.deepEqual(removed, { refused: 'PreconditionFailed', because: 'no' })
  assert.equal(await textOf(objects, 'a', 'x'), 'hello')
  assert.equal(objects.bytesUsed, used)
})

test('pages of a listing together are the whole listing, and a prefix bounds it', async () => {
  const objects = await opened(roomy)
  const names = ['a', 'p', 'p/1', 'p/2', 'p/3', 'p0', 'q']
  for (const name of names) await objects.put('t', name, incoming(name), anyway)
  assert.deepEqual(namesIn(objects.list('t', 'p/', '', 10)), ['p/1', 'p/2', 'p/3'])
  assert.deepEqual(namesIn(objects.list('t', 'p/', 'p/1', 10)), ['p/2', 'p/3'])
  assert.deepEqual(objects.list('t', 'zzz', '', 10), { items: [], more: false })
  assert.deepEqual(objects.list('t', 'p/', 'zzz', 10), { items: [], more: false })
  for (const limit of [1, 2, 3, 7, 8]) {
    const seen: string[] = []
    for (let after = '', more = true; more; after = seen.at(-1) ?? '') {
      const page = objects.list('t', '', after, limit)
      assert.ok(page.items.length <= limit)
      seen.push(...namesIn(page))
      more = page.more
    }
    assert.deepEqual(seen, names, `limit ${limit}`)
  }
})

test('a page goes on after a name that was deleted since the page before', async () => {
  const objects = await opened(roomy)
  for (const name of ['a', 'b', 'c']) await objects.put('t', name, incoming(name), anyway)
  await objects.remove('t', 'b', anyway)
  assert.deepEqual(namesIn(objects.list('t', '', 'b', 10)), ['c'])
})

test('any sequence of changes and restarts does what the naive twin does: outcomes, listings, contents and the budget', async () => {
  const tenant = fc.constantFrom('a', 'b')
  const name = fc.constantFrom('x', 'y', 'z')
  const text = fc.constantFrom(...texts)
  const step = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), tenant, name, text }),
    fc.record({ kind: fc.constant('pin' as const), tenant, text }),
    fc.record({ kind: fc.constant('remove' as const), tenant, name }),
    fc.record({ kind: fc.constant('unpin' as const), tenant, text }),
    fc.record({ kind: fc.constant('restart' as const) }),
  )
  const limits = { bytesMax: 8 * ENTRY_BYTES, namesMax: 3 }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const stamps = stampTable()
      const open = place(stamps)
      let objects = await open({ ...limits, verifyReads: true })
      const naive = new NaiveObjects(limits)
      for (const step of steps) {
        const kept = answersOf(objects, stamps)
        if (step.kind === 'put') {
          const put = await objects.put(step.tenant, step.name, incoming(step.text), anyway)
          assert.equal(outcomeOf(put), naive.put(step.tenant, step.name, step.text))
        } else if (step.kind === 'pin') {
          assert.equal(
            outcomeOf(await objects.pin(step.tenant, incoming(step.text))),
            naive.pin(step.tenant, step.text),
          )
        } else if (step.kind === 'remove') {
          const refused = await objects.remove(step.tenant, step.name, anyway)
          assert.equal(refused?.refused ?? 'removed', naive.remove(step.tenant, step.name))
        } else if (step.kind === 'restart') {
          objects = await open({ ...limits, verifyReads: true })
        } else {
          const refused = await objects.unpin(step.tenant, addressOf(bytesOf(step.text)))
          assert.equal(refused?.refused ?? 'removed', naive.unpin(step.tenant, step.text))
        }
        assert.equal(objects.bytesUsed, naive.bytesUsed)
        assert.ok(objects.bytesUsed <= limits.bytesMax)
        const now = answersOf(objects, stamps)
        for (const [at, { stamp, found }] of kept.entries())
          if (now[at]?.stamp === stamp) assert.deepEqual(now[at].found, found, 'a kept answer is the answer')
      }
      for (const tenant of ['a', 'b']) {
        const listed = namesIn(objects.list(tenant, '', '', 100))
        const contents = await Promise.all(listed.map((name) => textOf(objects, tenant, name)))
        assert.deepEqual(
          listed.map((name, i) => [name, contents[i]]),
          naive.list(tenant),
        )
        for (const text of ['', 'one', 'two']) {
          const address = addressOf(bytesOf(text))
          assert.equal(
            objects.findAddress(tenant, address) !== undefined,
            naive.contentAt(tenant, address) !== undefined,
          )
        }
      }
    }),
  )
})

test('the type of a pin, the size of the budget and the room it leaves are as before after a restart', async () => {
  const open = place()
  const before = await open(roomy)
  await before.put('a', 'x', incoming('hello', 'text/html'), anyway)
  await before.pin('a', incoming('hello', 'text/plain'))
  await before.pin('b', incoming('bye'))
  await before.unpin('b', addressOf(bytesOf('bye')))
  const after = await open(roomy)
  assert.equal(after.findAddress('a', helloAt)?.type, 'text/plain')
  assert.equal(after.find('a', 'x')?.type, 'text/html')
  assert.equal(after.bytesUsed, before.bytesUsed)
  assert.equal(after.findAddress('b', addressOf(bytesOf('bye'))), undefined)
})

test('content that was stored and never recorded is freed when the objects are opened again', async () => {
  const [blobs, journal] = [blobsPlace(), journalPlace()]
  const crashed = blobs.open()
  await crashed.put(helloAt, bytesOf('hello'))
  const next = blobs.open()
  const state = await openState(next, journal.open(), stampTable(), roomy)
  await state.swept
  assert.equal(next.bytesUsed, 0)
  assert.equal(state.budget.bytesUsed, 0)
})

test('content that damage took from under its name is corrupt after a restart, not gone and not wrong', async () => {
  const [blobs, journal] = [blobsPlace(), journalPlace()]
  const before = await openObjects(blobs.open(), journal.open(), stampTable(), roomy)
  await before.put('a', 'x', incoming('hello'), anyway)
  const lossy = blobs.open()
  await lossy.delete(helloAt)
  const after = await openObjects(lossy, journal.open(), stampTable(), roomy)
  assert.equal(await textOf(after, 'a', 'x'), 'corrupt')
})

test('when the journal is full, a put or a pin is refused and leaves nothing behind, and a removal is not', async () => {
  const blobs = blobsPlace().open()
  const objects = await openObjects(blobs, journalPlace(2_048).open(), stampTable(), roomy)
  const full = refusal('Full', /bytes of the journal are used/)
  let puts = 0
  const putAll = async () => {
    for (; ; puts++)
      await objects.put('a', `${puts} ${'n'.repeat(100)}`, incoming(`${puts}`.padEnd(9)), anyway)
  }
  await assert.rejects(putAll(), full)
  await assert.rejects(objects.pin('a', incoming('x', 't'.repeat(200))), full)
  assert.equal(blobs.bytesUsed, puts * 9)
  assert.equal(objects.bytesUsed, puts * (9 + 2 * ENTRY_BYTES))
  for (let n = 0; n < puts; n++) await objects.remove('a', `${n} ${'n'.repeat(100)}`, anyway)
  assert.equal(objects.bytesUsed, 0)
  assert.equal(blobs.bytesUsed, 0)
})

/** Everything that can be found of the names and texts of a history, with the stamps it would be kept under. */
function answersOf(objects: Objects, stamps: ReturnType<typeof stampTable>) {
  return ['a', 'b'].flatMap((tenant) => [
    ...['x', 'y', 'z'].map((name) => ({
      stamp: stamps.of(stampKey.name(tenant, name)),
      found: objects.find(tenant, name),
    })),
    ...texts
      .map(bytesOf)
      .map(addressOf)
      .map((address) => ({
        stamp: stamps.of(stampKey.address(tenant, address)),
        found: objects.findAddress(tenant, address),
      })),
  ])
}

async function textOf(objects: Objects, tenant: string, name: string): Promise<string | undefined> {
  const found = objects.find(tenant, name)
  const reading = found && (await objects.read(found))
  return reading?.kind === 'content' ? new TextDecoder().decode(reading.content) : reading?.kind
}

function namesIn({ items }: { items: { name: string }[] }): string[] {
  return items.map((item) => item.name)
}

function outcomeOf(result: { outcome: string } | { refused: string }): string {
  return 'refused' in result ? result.refused : result.outcome
}
