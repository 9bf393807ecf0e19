/**
 * Little that would become much: compressed bodies and frames, pieces of media, bundles, and fields that nest without
 * end. Each is refused before it has grown, many at once grow no more than one, and what is refused is counted.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { besides, besieged, counted, drivers, ownDriver, tellMissing } from './besieged.ts'
import { asker, type Problem } from './http.ts'
import { testSigner } from './dsse-signer.ts'
import { COMP, frame, OapSocket, REQ } from './oap-socket.ts'
import { zstdFrame } from './zstd.ts'

const atOnce = 24
const gigabyte = 1_000_000_000
const zstdBomb = zstdFrame(Buffer.alloc(0), gigabyte)
const gzipBomb = gzipSync(Buffer.alloc(64 * 1_048_576))
/** Less than may be inflated, and a thousand times what was sent. */
const smallBomb = gzipSync(Buffer.alloc(524_288))
/** Bombs inside of what is no bomb by its ratio. */
const padded = zstdFrame(Buffer.alloc(900_000, 'noise of which little is stored'), gigabyte)
const refused = 'integrity_failure_total{stage="decompress_cap"}'
const all = <Item>(item: (at: number) => Promise<Item>) =>
  Promise.all(Array.from({ length: atOnce }, (_, at) => item(at)))

for (const driver of drivers) {
  test(`compressed bodies that grow past their caps are refused, many at once, on ${driver}`, async () => {
    const node = await besieged(driver)
    const ask = asker(node)
    const bombs = [
      ['zstd', zstdBomb.subarray(0, 1_000_000)],
      ['gzip', gzipBomb],
      ['gzip', smallBomb],
      ['zstd', padded.subarray(0, 1_000_000)],
    ] as const
    await besides(node, async () => {
      const count = await counted(node, refused, () =>
        all(async (at) => {
          const [coding, body] = bombs[at % bombs.length] ?? assert.fail()
          const reply = await ask('PUT /objects/bomb', { body, headers: { 'content-encoding': coding } })
          assert.deepEqual([reply.status, reply.json<Problem>().code], [413, 'DecompressCap'])
        }),
      )
      assert.equal(count, atOnce)
      assert.equal((await ask('GET /objects/bomb')).status, 404)
    })
  })

  test(`compressed frames that grow past their caps are refused each on its own, on ${driver}`, async () => {
    const node = await besieged(driver)
    await besides(node, async () => {
      const count = await counted(node, refused, async () => {
        const socket = await OapSocket.open(node.url, node.token)
        for (let corrId = 1; corrId <= atOnce; corrId++) {
          const payload = zstdBomb.subarray(0, 60_000)
          socket.send(frame({ protocol: 0x0101, code: 2, flags: REQ | COMP, corrId, payload }))
          const { status, fields } = await socket.answer(corrId)
          assert.deepEqual([status, fields['code']], [413, 'DecompressCap'])
        }
        assert.equal((await socket.call({ protocol: 0x0101, code: 4, corrId: 99 })).status, 200)
        socket.close()
      })
      assert.equal(count, atOnce)
    })
  })
}

test('media and bundles take nothing compressed that grows, and nothing of it is kept', async () => {
  const node = await besieged(ownDriver, [
    'storage.media_enabled=true',
    `bundle.signers=${testSigner('alice').publicPath}`,
    'bundle.threshold=1',
  ])
  const [ask, admin] = [asker(node), asker({ url: node.admin, token: node.token })]
  await besides(node, async () => {
    const begun = await ask('POST /media/bomb', {
      headers: { 'upload-length': String(gigabyte / 10), 'tus-resumable': '1.0.0' },
    })
    assert.equal(begun.status, 201, begun.text)
    const upload = `/${(begun.headers.get('location') ?? '').slice(1)}` as const
    const headers = {
      'content-type': 'application/offset+octet-stream',
      'content-encoding': 'zstd',
      'upload-offset': '0',
      'tus-resumable': '1.0.0',
    }
    const body = zstdBomb.subarray(0, 100_000)
    const piece = await ask(`PATCH ${upload}`, { headers, body })
    assert.equal(piece.status, 413, piece.text)
    assert.equal((await ask(`HEAD ${upload}`)).headers.get('upload-offset'), '0')

    const bundle = await ask('PUT /policy/bundle', { headers: { 'content-encoding': 'zstd' }, body })
    assert.equal(bundle.status, 413, bundle.text)
    const applied = await admin('POST /api/v1/config/apply', {
      headers: { 'content-encoding': 'zstd' },
      body,
    })
    assert.equal(applied.status, 400, applied.text)
    assert.equal((await ask('GET /policy/bundle')).status, 200)
  })
})

test('fields that nest or promise without end are refused, as JSON and as CBOR', async () => {
  const node = await besieged(ownDriver)
  const ask = asker(node)
  const depth = 100_000
  await besides(node, async () => {
    for (const body of [
      '['.repeat(depth),
      `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
      `{"topic":"${'x'.repeat(900_000)}"}`,
    ]) {
      const reply = await ask('POST /v1/mailbox/send', {
        body,
        headers: { 'content-type': 'application/json' },
      })
      assert.equal(reply.status, 400, reply.text.slice(0, 200))
    }
    const socket = await OapSocket.open(node.url, node.token)
    const metas = [
      Buffer.alloc(60_000, 0x81),
      Buffer.alloc(60_000, 0xa1),
      Buffer.from('9bffffffffffffffff', 'hex'),
      Buffer.from('bb7fffffffffffffff', 'hex'),
      Buffer.from('5bffffffffffffffff', 'hex'),
      Buffer.from('a16161fb7ff8000000000000', 'hex'),
    ]
    for (const [at, meta] of metas.entries()) {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(meta.length)
      const payload = Buffer.concat([length, meta])
      socket.send(frame({ protocol: 0x0101, code: 4, corrId: at + 1, payload }))
      assert.equal((await socket.answer(at + 1)).status, 400, meta.subarray(0, 12).toString('hex'))
    }
    socket.close()
  })
})

tellMissing()
