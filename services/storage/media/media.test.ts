import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { blobsPlace, journalPlace, keepAwake, refusal, stampTable, system } from '../../testing.ts'
import { addressOf } from '../address.ts'
import { ENTRY_BYTES } from '../budget.ts'
import { Objects } from '../objects.ts'
import { stampKey } from '../reading.ts'
import { State } from '../state.ts'
import { chunkBytesMin } from './cut.ts'
import { chunksMax } from './manifest.ts'
import { Media, type Progress } from './media.ts'

const limits = {
  bytesMax: 4_194_304,
  namesMax: 100,
  verifyReads: true,
  mediaBytesMax: 1_000_000_000,
  mediaUploadsMax: 3,
  mediaUploadAgeMs: 10_000,
}
const tenant = 'a'.repeat(32)
const other = 'b'.repeat(32)
const none = '0'.repeat(32)

keepAwake()

/** Memory that outlives a service, with a clock of its own: opening it again is what a restart does. */
function place(changed: Partial<typeof limits> = {}, journalBytesMax = 2 ** 20) {
  const settings = { ...limits, ...changed }
  const [blobs, journal] = [blobsPlace(settings.bytesMax), journalPlace(journalBytesMax)]
  const clock = new ManualClock(1_700_000_000_000)
  const stamps = stampTable()
  return {
    clock,
    stamps,
    damage: () => blobs.damage(),
    async open() {
      const opened = blobs.open()
      const state = await State.open({ ...system, blobs: opened, journal: journal.open(), stamps }, settings)
      await state.swept
      const media = new Media(state, settings, { ...system, clock })
      return {
        media,
        objects: new Objects(state, settings),
        blobs: opened,
        used: () => state.budget.bytesUsed,
      }
    },
  }
}

function some(result: Progress | { readonly refused: string; readonly because: string }): Progress {
  assert.ok(!('refused' in result), JSON.stringify(result))
  return result
}

async function whole(media: Media, name: string, start = 0, end?: number): Promise<Buffer> {
  const object = media.find(tenant, name)
  assert.ok(object !== undefined, `no ${name}`)
  const pieces: Uint8Array[] = []
  for (let at = start; at < (end ?? object.bytes); at += pieces.at(-1)?.length ?? 0) {
    const reading = await media.read(object, at, end ?? object.bytes)
    assert.ok(reading.kind === 'content')
    pieces.push(reading.content)
  }
  return Buffer.concat(pieces)
}

/** Uploads all of it, cut where it is told to be. */
async function uploaded(
  media: Media,
  name: string,
  content: Buffer,
  cuts: readonly number[] = [],
): Promise<Progress> {
  let progress = some(await media.begin(tenant, name, content.length, 'video/mp4', ''))
  for (const end of [...cuts, content.length]) {
    const piece = content.subarray(progress.offset, end)
    progress = some(await media.append(tenant, progress.id, progress.offset, piece))
  }
  return progress
}

const bytesOf = (length: number, seed = 7) =>
  Buffer.from(Array.from({ length }, (_, at) => (at * seed + (at >> 8)) % 251))

test('an object comes back whole from its pieces, and its manifest names each of them by its hash', async () => {
  const { media, objects } = await place().open()
  const content = bytesOf(1_000)
  const { object } = await uploaded(media, 'cat.mp4', content, [300, 301])
  assert.ok(object !== null)
  assert.deepEqual(await whole(media, 'cat.mp4'), content)
  const reading = await media.readManifest(object)
  assert.ok(reading.kind === 'content')
  assert.equal(addressOf(reading.content), object.manifest.address)
  const manifest = JSON.parse(Buffer.from(reading.content).toString())
  assert.deepEqual(manifest, {
    version: 1,
    type: 'video/mp4',
    bytes: 1_000,
    created: '2023-11-14T22:13:20.000Z',
    chunks: [content.subarray(0, 300), content.subarray(300, 301), content.subarray(301)].map((chunk) => ({
      address: addressOf(chunk),
      bytes: chunk.length,
    })),
  })
  const first = addressOf(content.subarray(0, 300))
  assert.equal(
    objects.findAddress(tenant, first)?.bytes,
    300,
    'a chunk is read by its address like any content',
  )
  assert.equal(objects.findAddress(other, first), undefined)
})

test('however a body is cut, interrupted and cut off by restarts, the same bytes come back, and every range is its slice', async () => {
  const piece = fc.record({
    bytes: fc.integer({ min: 1, max: 400 }),
    after: fc.constantFrom('on', 'again', 'restart'),
  })
  const at = fc.integer({ min: 0, max: 1_999 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { minLength: 1, maxLength: 12 }),
      fc.array(fc.tuple(at, at), { maxLength: 5 }),
      async (pieces, ranges) => {
        const here = place()
        const content = bytesOf(2_000)
        let { media } = await here.open()
        const { id } = some(await media.begin(tenant, 'x', content.length, 'a/b', ''))
        for (const { bytes, after } of [...pieces, { bytes: 2_000, after: 'on' }]) {
          const offset = media.progress(tenant, id)?.offset ?? Number.NaN
          const sent = content.subarray(offset, offset + bytes)
          if (sent.length === 0) break
          some(await media.append(tenant, id, offset, sent))
          if (after === 'restart') ({ media } = await here.open())
          if (after !== 'again') continue
          const repeated = await media.append(tenant, id, offset, sent)
          assert.ok('refused' in repeated && repeated.refused === 'Conflict', 'a piece is taken once')
        }
        assert.deepEqual(await whole(media, 'x'), content)
        for (const [a, b] of ranges) {
          const [start, end] = [Math.min(a, b), Math.max(a, b) + 1]
          assert.deepEqual(await whole(media, 'x', start, end), content.subarray(start, end))
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('what is finished or in progress is there after a restart, with the same budget, and goes without a trace', async () => {
  const here = place()
  const before = await here.open()
  await uploaded(before.media, 'done', bytesOf(700), [100, 400])
  const going = some(await before.media.begin(tenant, 'going', 500, 'a/b', 'filename YQ=='))
  some(await before.media.append(tenant, going.id, 0, bytesOf(200)))
  const { media, used, blobs } = await here.open()
  assert.equal(used(), before.used())
  assert.deepEqual(media.progress(tenant, going.id), before.media.progress(tenant, going.id))
  assert.deepEqual(media.find(tenant, 'done'), before.media.find(tenant, 'done'))
  assert.equal(await media.abandon(tenant, going.id), true)
  const object = media.find(tenant, 'done')
  assert.ok(object !== undefined)
  await media.discard(tenant, object)
  assert.deepEqual([used(), blobs.bytesUsed], [0, 0])
  const after = await here.open()
  assert.deepEqual([after.used(), after.blobs.bytesUsed, after.media.find(tenant, 'done')], [0, 0, undefined])
})

test('a large piece is kept as several chunks that are there together or not at all, and ranges cross them', async () => {
  const here = place()
  const content = bytesOf(3 * chunkBytesMin + 500)
  const cuts = [chunkBytesMin + 10]
  const { object } = await uploaded((await here.open()).media, 'x', content, cuts)
  const sizes = [...(object?.chunks ?? [])].map(({ bytes }) => bytes)
  assert.deepEqual(sizes, [chunkBytesMin, 10, chunkBytesMin, chunkBytesMin, 490])
  const { media, used, blobs } = await here.open()
  assert.deepEqual(await whole(media, 'x'), content)
  for (const at of [...cuts, chunkBytesMin, 2 * chunkBytesMin + 10, 3 * chunkBytesMin + 10])
    assert.deepEqual(await whole(media, 'x', at - 1, at + 1), content.subarray(at - 1, at + 1))
  assert.equal(used(), blobs.bytesUsed + (2 * sizes.length + 2) * ENTRY_BYTES)
  const found = media.find(tenant, 'x')
  assert.ok(found !== undefined)
  await media.discard(tenant, found)
  assert.deepEqual([used(), blobs.bytesUsed], [0, 0])
})

test('an uploader that did not hear of the end learns from the offset that it is finished, as long as the object is there', async () => {
  const here = place()
  const { id } = await uploaded((await here.open()).media, 'x', bytesOf(10))
  const { media } = await here.open()
  const progress = media.progress(tenant, id)
  assert.deepEqual([progress?.offset, progress?.bytes, progress?.expiresAtMs], [10, 10, null])
  await uploaded(media, 'x', bytesOf(11))
  assert.equal(media.progress(tenant, id), undefined)
})

test('a new upload replaces what has its name when its last byte has come, and not before', async () => {
  const { media, blobs } = await place().open()
  await uploaded(media, 'x', bytesOf(900, 3))
  const { id } = some(await media.begin(tenant, 'x', 600, 'a/b', ''))
  some(await media.append(tenant, id, 0, bytesOf(500, 5)))
  assert.deepEqual(await whole(media, 'x'), bytesOf(900, 3))
  some(await media.append(tenant, id, 500, bytesOf(600, 5).subarray(500)))
  assert.deepEqual(await whole(media, 'x'), bytesOf(600, 5))
  const manifest = media.find(tenant, 'x')?.manifest.bytes ?? 0
  assert.equal(blobs.bytesUsed, 600 + manifest, 'nothing is left of the one before')
})

test('chunks that objects, names and pins share stay until the last of them goes', async () => {
  const { media, objects, used } = await place().open()
  const shared = bytesOf(300)
  const content = Buffer.concat([shared, shared, bytesOf(50, 11)])
  await uploaded(media, 'one', content, [300, 600])
  await uploaded(media, 'two', content, [300, 600])
  const incoming = { content: shared, type: 'a/b', expected: undefined }
  await objects.put(tenant, 'named', incoming, () => undefined)
  for (const name of ['one', 'two']) {
    const object = media.find(tenant, name)
    assert.ok(object !== undefined)
    assert.deepEqual(await whole(media, name), content)
    await media.discard(tenant, object)
  }
  assert.equal((await objects.read({ address: addressOf(shared), bytes: 300, type: '' })).kind, 'content')
  await objects.remove(tenant, 'named', () => undefined)
  assert.equal(used(), 0)
})

test('a chunk is not unpinned from under its object, and the refusal says what holds it', async () => {
  const { media, objects } = await place().open()
  const content = bytesOf(100)
  await uploaded(media, 'x', content)
  const because = /is held by media; delete the object that is made of it instead/
  const refused = await objects.unpin(tenant, addressOf(content))
  assert.match(refused?.because ?? '', because)
  await objects.put(tenant, 'y', { content, type: 'a/b', expected: undefined }, () => undefined)
  const both = await objects.unpin(tenant, addressOf(content))
  assert.match(both?.because ?? '', /held by 1 name and by media/)
})

test('of two pieces for one offset at the same time one is taken, and the other leaves nothing behind', async () => {
  const { media, used, blobs } = await place().open()
  const { id } = some(await media.begin(tenant, 'x', 1_000, 'a/b', ''))
  const pieces = [bytesOf(400, 3), bytesOf(500, 5), bytesOf(1_000, 9)]
  const answers = await Promise.all(pieces.map((piece) => media.append(tenant, id, 0, piece)))
  const taken = answers.filter((answer) => !('refused' in answer))
  assert.equal(taken.length, 1)
  assert.ok(answers.every((answer) => !('refused' in answer) || answer.refused === 'Conflict'))
  assert.equal(blobs.bytesUsed, 400)
  assert.equal(used(), 400 + 3 * ENTRY_BYTES)
})

test('a piece that ends while its upload is ended is refused and freed', async () => {
  const { media, used } = await place().open()
  const { id } = some(await media.begin(tenant, 'x', 1_000, 'a/b', ''))
  const [late, ended] = await Promise.all([
    media.append(tenant, id, 0, bytesOf(400)),
    media.abandon(tenant, id),
  ])
  assert.ok('refused' in late && late.refused === 'NotFound' && ended)
  assert.equal(used(), 0)
})

test('a piece for another offset, of too many bytes, or for nobody is refused with what to do', async () => {
  const { media } = await place().open()
  const large = await media.begin(tenant, 'x', limits.mediaBytesMax + 1, 'a/b', '')
  assert.ok('refused' in large && large.refused === 'TooLarge')
  assert.match(large.because, /at most 1000000000 bytes; raise storage\.media_bytes_max/)
  const { id } = some(await media.begin(tenant, 'x', 10, 'a/b', ''))
  const tried: [Parameters<Media['append']>, string, RegExp][] = [
    [[tenant, id, 3, bytesOf(1)], 'Conflict', /is at offset 0, not at 3; ask for the offset/],
    [[tenant, id, 0, bytesOf(11)], 'Conflict', /has 11 bytes and the upload ends in 10/],
    [[tenant, none, 0, bytesOf(1)], 'NotFound', /no upload 0{32} is in progress/],
    [[other, id, 0, bytesOf(1)], 'NotFound', /is in progress; begin a new one/],
  ]
  for (const [call, code, because] of tried) {
    const refused = await media.append(...call)
    assert.ok('refused' in refused && refused.refused === code)
    assert.match(refused.because, because)
  }
  assert.equal(some(await media.append(tenant, id, 0, bytesOf(0))).offset, 0, 'no bytes change nothing')
  assert.equal(media.progress(tenant, id)?.offset, 0)
})

test('pieces so small that the object would have too many chunks are refused while larger ones still help', async () => {
  const { media } = await place({ bytesMax: 16 * 2 ** 20 }, 8 * 2 ** 20).open()
  const { id } = some(await media.begin(tenant, 'x', chunksMax + 1, 'a/b', ''))
  for (let offset = 0; offset < chunksMax - 1; offset++)
    some(await media.append(tenant, id, offset, bytesOf(1)))
  const last = await media.append(tenant, id, chunksMax - 1, bytesOf(1))
  assert.ok('refused' in last && last.refused === 'Conflict')
  assert.match(last.because, /more than 8192 chunks; send larger ones/)
  assert.ok(some(await media.append(tenant, id, chunksMax - 1, bytesOf(2))).object !== null)
})

test('a tenant has so many uploads in progress and no more; another one has its own', async () => {
  const here = place()
  const { media } = await here.open()
  const begin = (by: string) => media.begin(by, 'x', 10, 'a/b', '')
  for (let nth = 0; nth < 3; nth++) some(await begin(tenant))
  const refused = await begin(tenant)
  assert.ok('refused' in refused && refused.refused === 'QuotaExceeded')
  assert.match(refused.because, /3 uploads are in progress, the limit storage\.media_uploads_max/)
  some(await begin(other))
  here.clock.advance(10_000)
  some(await begin(tenant))
})

test('an upload that nothing came for is given up after its time and frees what came; each piece extends it', async () => {
  const here = place()
  const { media, used } = await here.open()
  const { id } = some(await media.begin(tenant, 'x', 1_000, 'a/b', ''))
  here.clock.advance(9_999)
  some(await media.append(tenant, id, 0, bytesOf(400)))
  here.clock.advance(9_999)
  assert.equal(media.progress(tenant, id)?.offset, 400)
  here.clock.advance(1)
  assert.equal(media.progress(tenant, id), undefined)
  const late = await media.append(tenant, id, 400, bytesOf(1))
  assert.ok('refused' in late && late.refused === 'NotFound')
  assert.ok(used() > 400)
  await media.sweep()
  assert.equal(used(), 0)
})

test('uploads are looked for every minute, until the service stops', async () => {
  const here = place()
  const { media, used } = await here.open()
  some(await media.begin(tenant, 'x', 1_000, 'a/b', ''))
  here.clock.advance(60_000)
  await new Promise(setImmediate)
  assert.equal(used(), 0)
  media.stop()
  here.clock.advance(600_000)
})

test('what does not fit is refused at the beginning where that is known, and at a piece where it is not', async () => {
  const { media, used, objects } = await place({ bytesMax: 10_000 }).open()
  const refused = await media.begin(tenant, 'x', 9_000, 'a/b', '')
  assert.ok('refused' in refused && refused.refused === 'Full')
  assert.match(refused.because, /raise storage\.bytes_max/)
  const { id } = some(await media.begin(tenant, 'x', 8_000, 'a/b', ''))
  const filling = { content: bytesOf(3_000), type: 'a/b', expected: undefined }
  await objects.put(tenant, 'filling', filling, () => undefined)
  const before = used()
  const late = await media.append(tenant, id, 0, bytesOf(7_000))
  assert.ok('refused' in late && late.refused === 'Full')
  assert.equal(used(), before)
  some(await media.append(tenant, id, 0, bytesOf(1_000)))
})

test('a full journal refuses a piece and leaves nothing of it, and an upload is ended all the same', async () => {
  const { media, used, blobs } = await place({}, 4_096).open()
  const { id } = some(await media.begin(tenant, 'x', 10_000, 'a/b', ''))
  const all = async () => {
    for (let offset = 0; ; offset++) some(await media.append(tenant, id, offset, Buffer.from([offset % 251])))
  }
  await assert.rejects(all(), refusal('Full', /bytes of the journal are used/))
  const { offset = 0 } = media.progress(tenant, id) ?? {}
  assert.ok(offset > 3)
  assert.equal(blobs.bytesUsed, offset)
  assert.equal(await media.abandon(tenant, id), true)
  assert.deepEqual([used(), blobs.bytesUsed], [0, 0])
})

test('each chunk of a piece counts beside its bytes, so a piece may fit and its chunks not', async () => {
  const bytes = 2 * chunkBytesMin
  const { media, used } = await place({ bytesMax: bytes + 5 * ENTRY_BYTES }).open()
  const { id } = some(await media.begin(tenant, 'x', bytes, 'a/b', ''))
  const refused = await media.append(tenant, id, 0, bytesOf(bytes))
  assert.ok('refused' in refused && refused.refused === 'Full')
  assert.equal(used(), ENTRY_BYTES)
})

test('a full journal refuses a piece of several chunks and leaves nothing of any of them', async () => {
  const { media, used, blobs } = await place({}, 1_024).open()
  const { id } = some(await media.begin(tenant, 'x', 4_000_000, 'a/b', ''))
  const before = used()
  let offset = 0
  const all = async () => {
    for (; ; offset += 2 * chunkBytesMin)
      some(await media.append(tenant, id, offset, bytesOf(2 * chunkBytesMin, offset + 3)))
  }
  await assert.rejects(all(), refusal('Full', /bytes of the journal are used/))
  assert.ok(offset > 0)
  assert.deepEqual([media.progress(tenant, id)?.offset, blobs.bytesUsed], [offset, offset])
  assert.equal(used(), before + offset + (4 * offset * ENTRY_BYTES) / (2 * chunkBytesMin))
})

test('whoever keeps a chunk that was read by its address is told when its object goes', async () => {
  const here = place()
  const { media } = await here.open()
  await uploaded(media, 'x', bytesOf(100))
  const key = stampKey.address(tenant, addressOf(bytesOf(100)))
  const stamp = here.stamps.of(key)
  const object = media.find(tenant, 'x')
  assert.ok(object !== undefined)
  await media.discard(tenant, object)
  assert.notEqual(here.stamps.of(key), stamp)
})

test('a chunk that is damaged is told, and never served', async () => {
  const here = place()
  const { media } = await here.open()
  await uploaded(media, 'x', bytesOf(100), [60])
  here.damage()
  const object = media.find(tenant, 'x')
  assert.ok(object !== undefined)
  assert.equal((await media.read(object, 0, 100)).kind, 'corrupt')
  assert.equal((await media.read(object, 60, 100)).kind, 'content')
})

test('objects are listed in order of their names, a page at a time', async () => {
  const { media } = await place().open()
  for (const name of ['b/2', 'a', 'b/1', 'c']) await uploaded(media, name, bytesOf(5))
  const names = (prefix: string, after: string, limit: number) => {
    const { items, more } = media.list(tenant, prefix, after, limit)
    return [...items.map(({ name }) => name), ...(more ? ['…'] : [])]
  }
  assert.deepEqual(names('', '', 3), ['a', 'b/1', 'b/2', '…'])
  assert.deepEqual(names('', 'b/2', 3), ['c'])
  assert.deepEqual(names('b/', '', 3), ['b/1', 'b/2'])
  assert.deepEqual(media.list(other, '', '', 3).items, [])
})
