import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blobsPlace, call, journalPlace, keepAwake, refusal, stampTable, system } from '../testing.ts'
import { addressOf } from './address.ts'
import start from './service.ts'

keepAwake()

const config = {
  bytesMax: 1024 * 1024,
  tenantBytesMax: 0,
  journalBytesMax: 65_536,
  namesMax: 100,
  verifyReads: true,
  mediaEnabled: false,
  mediaBytesMax: 1024 * 1024,
  mediaUploadsMax: 4,
  mediaUploadAgeMs: 60_000,
}
const bytesOf = (text: string) => new TextEncoder().encode(text)
const helloAt = addressOf(bytesOf('hello world'))

async function storage(settings = config, blobs = blobsPlace(), journal = journalPlace()) {
  const state = { blobs: blobs.open(), journal: journal.open(), stamps: stampTable() }
  const node = await start({ ...system, ...state, config: settings, peers: {} })
  const { handle } = node
  const put = (name: string, text: string) => handle.put({ name, body: bytesOf(text) }, call())
  return { handle, health: () => node.health(), stop: () => node.stop(), put }
}

test('a put answers created, then replaced, with address, size and entity tag', async () => {
  const { put } = await storage()
  assert.deepEqual(await put('hello.txt', 'hello world'), {
    outcome: 'created',
    name: 'hello.txt',
    address: helloAt,
    bytes: 11,
    etag: `"${helloAt}"`,
  })
  assert.equal((await put('hello.txt', 'other')).outcome, 'replaced')
})

test('a get answers the bytes, the type they were put with, and asks caches to revalidate a name', async () => {
  const { handle } = await storage()
  await handle.put(
    { name: 'a', body: bytesOf('hello world'), content_type: 'text/plain; charset=utf-8' },
    call(),
  )
  assert.deepEqual(await handle.get({ name: 'a' }, call()), {
    outcome: 'whole',
    address: helloAt,
    etag: `"${helloAt}"`,
    content_type: 'text/plain; charset=utf-8',
    accept_ranges: 'bytes',
    cache_control: 'private, no-cache',
    body: bytesOf('hello world'),
  })
})

test('content posted by address is new once, and is read there as immutable', async () => {
  const { handle } = await storage()
  const stored = { address: helloAt, bytes: 11, location: `/o/${helloAt}`, etag: `"${helloAt}"` }
  const post = () => handle.post({ body: bytesOf('hello world'), content_type: 'text/plain' }, call())
  assert.deepEqual(await post(), { outcome: 'created', ...stored })
  assert.deepEqual(await post(), { outcome: 'known', ...stored })
  const got = await handle.getByAddress({ address: helloAt }, call())
  assert.equal(got.cache_control, 'private, max-age=31536000, immutable')
  assert.equal(got.content_type, 'text/plain')
})

test('content put by address must have that address', async () => {
  const { handle } = await storage()
  const put = async (text: string) => handle.putByAddress({ address: helloAt, body: bytesOf(text) }, call())
  await assert.rejects(put('hello'), refusal('DigestMismatch', /hashes to b3:.* not to b3:/))
  assert.equal((await put('hello world')).outcome, 'created')
  assert.equal((await put('hello world')).outcome, 'known')
})

test('one range is served as a part with its place in the whole', async () => {
  const { handle, put } = await storage()
  await put('a', 'hello world')
  const got = await handle.get({ name: 'a', range: 'bytes=6-' }, call())
  assert.equal(got.outcome, 'part')
  assert.equal(got.content_range, 'bytes 6-10/11')
  assert.deepEqual(got.body, bytesOf('world'))
  assert.equal(got.body.buffer.byteLength, 5, 'the channel may take the whole buffer')
})

test('several ranges, a malformed range and a range whose if-range is stale answer the whole', async () => {
  const { handle, put } = await storage()
  await put('a', 'hello world')
  for (const wanted of [
    { range: 'bytes=0-1,4-5' },
    { range: 'bytes=z' },
    { range: 'bytes=0-1', if_range: '"b3:old"' },
    { range: 'bytes=99-', if_range: '"b3:old"' },
  ]) {
    const got = await handle.get({ name: 'a', ...wanted }, call())
    assert.equal(got.outcome, 'whole')
    assert.deepEqual(got.body, bytesOf('hello world'))
    assert.equal(got.content_range, undefined)
  }
  const fresh = await handle.get({ name: 'a', range: 'bytes=0-1', if_range: `"${helloAt}"` }, call())
  assert.equal(fresh.outcome, 'part')
})

test('a range outside the content is refused with the length in content-range', async () => {
  const { handle, put } = await storage()
  await put('a', 'hello world')
  await assert.rejects(
    async () => handle.get({ name: 'a', range: 'bytes=11-' }, call()),
    (thrown: { code?: string; more?: unknown }) => {
      assert.equal(thrown.code, 'RangeNotSatisfiable')
      assert.deepEqual(thrown.more, { headers: { 'content-range': 'bytes */11' } })
      return true
    },
  )
})

test('a reader who has it gets no bytes, before any range is looked at', async () => {
  const { handle, put } = await storage()
  await put('a', 'hello world')
  for (const range of [undefined, 'bytes=0-1', 'bytes=99-']) {
    const wanted = { if_none_match: `"x", W/"${helloAt}"`, ...(range === undefined ? {} : { range }) }
    const got = await handle.get({ name: 'a', ...wanted }, call())
    assert.equal(got.outcome, 'unchanged')
    assert.equal(got.body.length, 0)
    assert.equal(got.etag, `"${helloAt}"`)
  }
})

test('conditional puts and deletes are refused while their condition does not hold', async () => {
  const { handle, put } = await storage()
  await put('a', 'hello world')
  const body = bytesOf('new')
  await assert.rejects(
    async () => handle.put({ name: 'a', body, if_none_match: '*' }, call()),
    refusal('PreconditionFailed', /if-none-match does not hold/),
  )
  await assert.rejects(
    async () => handle.put({ name: 'a', body, if_match: '"b3:old"' }, call()),
    refusal('PreconditionFailed', /if-match does not hold: what is stored here is "b3:/),
  )
  await assert.rejects(
    async () => handle.remove({ name: 'a', if_match: '"b3:old"' }, call()),
    refusal('PreconditionFailed', /if-match/),
  )
  await assert.rejects(
    async () => handle.get({ name: 'a', if_match: '"b3:old"' }, call()),
    refusal('PreconditionFailed', /if-match/),
  )
  assert.equal((await handle.put({ name: 'a', body, if_match: `"${helloAt}"` }, call())).outcome, 'replaced')
})

test('a wrong x-content-b3 refuses the put and the right one passes', async () => {
  const { handle } = await storage()
  const expected = addressOf(bytesOf('other'))
  await assert.rejects(
    async () => handle.put({ name: 'a', body: bytesOf('hello world'), expected }, call()),
    refusal('DigestMismatch', /not to b3:/),
  )
  await handle.put({ name: 'a', body: bytesOf('hello world'), expected: helloAt }, call())
})

test('names with a traversal are refused by every operation that takes one', async () => {
  const { handle } = await storage()
  const name = '../etc/passwd'
  const refused = refusal('BadRequest', /has the segment \.\./)
  await assert.rejects(async () => handle.get({ name }, call()), refused)
  await assert.rejects(async () => handle.put({ name, body: bytesOf('x') }, call()), refused)
  await assert.rejects(async () => handle.remove({ name }, call()), refused)
})

test('what is not there, was deleted or belongs to another tenant is not found', async () => {
  const { handle, put } = await storage()
  await put('a', 'hello world')
  const stranger = 'f'.repeat(32)
  const notFound = refusal('NotFound', /no object is named "a"|no content is stored under b3:/)
  await assert.rejects(async () => handle.get({ name: 'a' }, call(stranger)), notFound)
  await assert.rejects(async () => handle.getByAddress({ address: helloAt }, call(stranger)), notFound)
  assert.deepEqual(await handle.stat({ address: helloAt }, call(stranger)), { known: false, bytes: 0 })
  assert.deepEqual(await handle.stat({ address: helloAt }, call()), { known: true, bytes: 11 })
  await handle.remove({ name: 'a' }, call())
  await assert.rejects(async () => handle.get({ name: 'a' }, call()), notFound)
  await assert.rejects(async () => handle.remove({ name: 'a' }, call()), notFound)
  await assert.rejects(async () => handle.getByAddress({ address: helloAt }, call()), notFound)
})

test('deleting by address unpins, and is refused for content that only names hold', async () => {
  const { handle, put } = await storage()
  await handle.post({ body: bytesOf('hello world') }, call())
  await handle.removeByAddress({ address: helloAt }, call())
  await assert.rejects(
    async () => handle.removeByAddress({ address: helloAt }, call()),
    refusal('NotFound', /no content/),
  )
  await put('a', 'hello world')
  await assert.rejects(
    async () => handle.removeByAddress({ address: helloAt }, call()),
    refusal('Conflict', /held by 1 name/),
  )
})

test('a listing pages by name, and the last page has no next', async () => {
  const { handle, put } = await storage()
  for (const name of ['a', 'b', 'c']) await put(name, name)
  const first = await handle.list({ limit: 2 }, call())
  assert.deepEqual(
    first.items.map((item) => item.name),
    ['a', 'b'],
  )
  assert.equal(first.next, 'b')
  const second = await handle.list({ limit: 2, after: 'b' }, call())
  assert.deepEqual(second, {
    items: [
      { name: 'c', address: addressOf(bytesOf('c')), bytes: 1, content_type: 'application/octet-stream' },
    ],
  })
})

test('a full node refuses with the bytes used, the limit and the setting, and keeps what it has', async () => {
  const { handle, put } = await storage({ ...config, bytesMax: 2048 })
  await put('a', 'hello world')
  await assert.rejects(
    async () => put('b', 'x'.repeat(1024)),
    refusal('Full', /1035 of 2048 bytes are used and this needs 2048 more; .*storage\.bytes_max, now 2KiB/),
  )
  assert.deepEqual((await handle.get({ name: 'a' }, call())).body, bytesOf('hello world'))
})

test('a body that is damaged after it was stored is a refusal and degrades the health until stored again', async () => {
  const blobs = blobsPlace()
  const { handle, health } = await storage(config, blobs)
  await handle.put({ name: 'a', body: bytesOf('hello world') }, call())
  assert.deepEqual(health(), { state: 'ready' })
  blobs.damage()
  await assert.rejects(
    async () => handle.get({ name: 'a' }, call()),
    refusal('IntegrityFail', /no longer hashes to it/),
  )
  assert.deepEqual(health(), {
    state: 'degraded',
    because: `${helloAt} failed the integrity check; store it again or delete it`,
  })
  await handle.put({ name: 'a', body: bytesOf('hello world') }, call())
  assert.deepEqual(health(), { state: 'ready' })
})

test('a body that was answered is the channel’s own: overwriting it changes nothing stored', async () => {
  const { handle, put } = await storage()
  await put('a', 'hello world')
  const first = await handle.get({ name: 'a' }, call())
  first.body.fill(0)
  assert.deepEqual((await handle.get({ name: 'a' }, call())).body, bytesOf('hello world'))
})

test('what was acknowledged before a restart is answered after it, word for word', async () => {
  const [blobs, journal] = [blobsPlace(), journalPlace()]
  const before = await storage(config, blobs, journal)
  await before.put('a', 'hello world')
  await before.put('b', 'to be removed')
  await before.handle.post({ body: bytesOf('pinned'), content_type: 'text/plain' }, call())
  await before.handle.remove({ name: 'b' }, call())
  const asked = async ({ handle }: typeof before) => [
    await handle.get({ name: 'a' }, call()),
    await handle.getByAddress({ address: addressOf(bytesOf('pinned')) }, call()),
    await handle.list({}, call()),
  ]
  const answers = await asked(before)
  assert.deepEqual(await asked(await storage(config, blobs, journal)), answers)
})

test('a stopped storage takes nothing more', async () => {
  const { put, stop } = await storage()
  await stop()
  await assert.rejects(async () => put('a', 'x'), /closed/)
})
