import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blobsPlace, call, journalPlace, keepAwake, refusal, stampTable, system } from '../../testing.ts'
import start from '../service.ts'

keepAwake()

const config = {
  bytesMax: 2 ** 20,
  tenantBytesMax: 0,
  journalBytesMax: 65_536,
  namesMax: 100,
  verifyReads: true,
  mediaEnabled: true,
  mediaBytesMax: 100_000,
  mediaUploadsMax: 4,
  mediaUploadAgeMs: 60_000,
}

async function handlers(settings: Partial<typeof config> = {}) {
  const state = { blobs: blobsPlace().open(), journal: journalPlace().open(), stamps: stampTable() }
  const { handle } = await start({ ...system, ...state, config: { ...config, ...settings }, peers: {} })
  return handle
}

type Handlers = Awaited<ReturnType<typeof handlers>>

async function uploaded(handle: Handlers, name: string, pieces: readonly string[]): Promise<string> {
  const bytes = pieces.join('').length
  const { upload } = await handle.mediaCreate({ name, bytes, content_type: 'text/plain' }, call())
  let offset = 0
  for (const piece of pieces) {
    const request = { name, upload, upload_offset: offset, body: Buffer.from(piece) }
    offset = (await handle.mediaAppend(request, call())).upload_offset
  }
  return upload
}

test('a creation answers where the upload is, with the name encoded and when it is given up', async () => {
  const handle = await handlers()
  const name = 'a b/ü?.mp4'
  const created = await handle.mediaCreate({ name, bytes: 10 }, call())
  assert.equal(created.location, `/media/a%20b/%C3%BC%3F.mp4?upload=${created.upload}`)
  assert.equal(created.upload_offset, 0)
  assert.ok(Date.parse(created.expires ?? '') > Date.now())
})

test('a read answers with the first chunk and what to ask for the next, until the end', async () => {
  const handle = await handlers()
  await uploaded(handle, 'x', ['abcd', 'efg', 'h'])
  const got = await handle.mediaGet({ name: 'x', range: 'bytes=2-' }, call())
  assert.deepEqual([got.outcome, got.bytes, got.content_range], ['part', 6, 'bytes 2-7/8'])
  const parts = [Buffer.from(got.body).toString()]
  for (let { next } = got; next !== undefined;) {
    const rest = await handle.mediaRest(next, call())
    parts.push(Buffer.from(rest.body).toString())
    next = rest.next
  }
  assert.deepEqual(parts, ['cd', 'efg', 'h'])
})

test('a rest that was replaced meanwhile is not mixed with what replaced it', async () => {
  const handle = await handlers()
  await uploaded(handle, 'x', ['abcd', 'efg'])
  const { next } = await handle.mediaGet({ name: 'x' }, call())
  assert.ok(next !== undefined)
  await uploaded(handle, 'x', ['ABCD', 'EFG'])
  await assert.rejects(
    async () => handle.mediaRest(next, call()),
    refusal('NotFound', /was replaced while it was read/),
  )
})

test('how far an upload is tells its length and metadata, and is never kept by a cache', async () => {
  const handle = await handlers()
  const metadata = 'filename YQ==,filetype dGV4dC9wbGFpbg=='
  const { upload } = await handle.mediaCreate({ name: 'x', bytes: 10, metadata }, call())
  const told = await handle.mediaGet({ name: 'x', upload }, call())
  const { outcome, upload_offset, length, cache_control } = told
  assert.deepEqual(
    [outcome, upload_offset, length, told.metadata, cache_control],
    ['uploading', 0, 10, metadata, 'no-store'],
  )
})

test('an upload is reached under its own name and by its own tenant', async () => {
  const handle = await handlers()
  const { upload } = await handle.mediaCreate({ name: 'x', bytes: 10 }, call())
  const none = refusal('NotFound', /no upload .* is in progress; begin a new one/)
  await assert.rejects(async () => handle.mediaGet({ name: 'y', upload }, call()), none)
  await assert.rejects(async () => handle.mediaGet({ name: 'x', upload }, call('f'.repeat(32))), none)
  await assert.rejects(async () => handle.mediaRemove({ name: 'y', upload }, call()), none)
})

test('a finished upload is not ended; its object is deleted, under a condition if one is given', async () => {
  const handle = await handlers()
  const upload = await uploaded(handle, 'x', ['abc'])
  await assert.rejects(
    async () => handle.mediaRemove({ name: 'x', upload }, call()),
    refusal('NotFound', /is finished; delete the object/),
  )
  await assert.rejects(
    async () => handle.mediaRemove({ name: 'x', if_match: '"b3:other"' }, call()),
    refusal('PreconditionFailed', /if-match does not hold/),
  )
  await handle.mediaRemove({ name: 'x' }, call())
  await assert.rejects(
    async () => handle.mediaGet({ name: 'x' }, call()),
    refusal('NotFound', /no media is named/),
  )
})

test('where media is not served, each operation says which setting turns it on', async () => {
  const handle = await handlers({ mediaEnabled: false })
  const off = refusal('NotFound', /set MICRO_MEDIA_ENABLED=1 or storage\.media_enabled=true/)
  const upload = '0'.repeat(32)
  for (const attempt of [
    async () => handle.mediaLimits({}, call()),
    async () => handle.mediaCreate({ name: 'x', bytes: 1 }, call()),
    async () => handle.mediaAppend({ name: 'x', upload, upload_offset: 0, body: new Uint8Array(1) }, call()),
    async () => handle.mediaGet({ name: 'x' }, call()),
    async () => handle.mediaRemove({ name: 'x' }, call()),
    async () => handle.mediaList({}, call()),
  ])
    await assert.rejects(attempt, off)
})
