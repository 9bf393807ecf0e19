import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ConnectionError, NodeError } from './error.ts'
import { upload, type UploadProgress } from './media.ts'
import { problemFrom } from './problem.ts'

type Media = Parameters<typeof upload>[0]
type Trouble = 'none' | 'lost' | 'lost answer' | 'busy' | 'refused'

const refused = (status: number, code: string) =>
  new NodeError(problemFrom(status, { code, detail: 'no', status, retryable: status === 503 }))

/** The other side: keeps what it is sent, with one trouble for each piece. */
function peer(troubles: readonly Trouble[]) {
  const kept: number[] = []
  let pieces = 0
  let type: string | undefined
  const media: Media = {
    create: async ({ content_type }) => {
      type = content_type
      return { upload: 'u', location: '', upload_offset: 0, tus: '' }
    },
    append: async ({ upload_offset, body }) => {
      const trouble = troubles[pieces++] ?? 'none'
      if (trouble === 'lost') throw new ConnectionError('lost')
      if (trouble === 'busy') throw refused(503, 'Unavailable')
      if (trouble === 'refused') throw refused(507, 'Full')
      if (upload_offset !== kept.length) throw refused(409, 'Conflict')
      kept.push(...body)
      if (trouble === 'lost answer') throw new ConnectionError('lost')
      return { upload_offset: kept.length, tus: '' }
    },
    get: async () => ({
      upload_offset: kept.length,
      outcome: 'uploading',
      cache_control: '',
      body: new Uint8Array(0),
    }),
  }
  return { media, kept, pieces: () => pieces, type: () => type }
}

test('whatever goes wrong between, the node has the same bytes in the end, and no piece is larger than asked', async () => {
  const trouble = fc.constantFrom<Trouble>('none', 'lost', 'lost answer', 'busy')
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(trouble, { maxLength: 4 }),
      async (content, pieceBytes, troubles) => {
        const { media, kept } = peer(troubles)
        const progress: UploadProgress[] = []
        const onProgress = (told: UploadProgress) => void progress.push(told)
        const done = await upload(media, 'x', new Blob([Uint8Array.from(content)]), {
          pieceBytes,
          onProgress,
        })
        assert.deepEqual(Uint8Array.from(kept), Uint8Array.from(content))
        assert.deepEqual(done, { upload: 'u', bytes: content.length })
        assert.equal(progress.at(-1)?.sentBytes, content.length)
      },
    ),
  )
})

test('an upload that was begun before goes on where it is', async () => {
  const { media, kept } = peer([])
  kept.push(1, 2, 3)
  await upload(media, 'x', Uint8Array.of(1, 2, 3, 4, 5), { upload: 'u', pieceBytes: 1 })
  assert.deepEqual(kept, [1, 2, 3, 4, 5])
})

test('the type is that of the options, else of the Blob, else left to the node', async () => {
  for (const [source, contentType, expected] of [
    [new Blob(['x'], { type: 'a/b' }), 'c/d', 'c/d'],
    [new Blob(['x'], { type: 'a/b' }), undefined, 'a/b'],
    [Uint8Array.of(1), undefined, undefined],
  ] as const) {
    const { media, type } = peer([])
    await upload(media, 'x', source, contentType === undefined ? {} : { contentType })
    assert.equal(type(), expected)
  }
})

test('it gives up after five pieces in a row that brought nothing, and at once when the node refuses', async () => {
  const hopeless = peer(Array.from({ length: 20 }, () => 'lost' as const))
  await assert.rejects(upload(hopeless.media, 'x', Uint8Array.of(1)), ConnectionError)
  assert.equal(hopeless.pieces(), 5)
  const full = peer(['refused'])
  await assert.rejects(upload(full.media, 'x', Uint8Array.of(1)), /Full/)
  assert.equal(full.pieces(), 1)
})

test('an abort ends it with its reason, and nothing at all is not uploaded', async () => {
  const { media } = peer(['lost'])
  const signal = AbortSignal.abort(new Error('enough'))
  await assert.rejects(upload(media, 'x', Uint8Array.of(1), { signal }), /enough/)
  await assert.rejects(upload(media, 'x', new Blob([])), RangeError)
})
