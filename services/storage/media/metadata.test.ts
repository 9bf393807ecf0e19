import assert from 'node:assert/strict'
import { test } from 'node:test'
import { typeIn } from './metadata.ts'

const encoded = (text: string) => Buffer.from(text).toString('base64')

test('the media type is the filetype, wherever it stands', () => {
  for (const metadata of [
    `filetype ${encoded('video/mp4')}`,
    `filename ${encoded('a b.mp4')},filetype ${encoded('video/mp4')}`,
    `filetype ${encoded('video/mp4')}, is_private`,
  ])
    assert.deepEqual(typeIn(metadata), { type: 'video/mp4' })
})

test('without a filetype, or with an empty one, the type is that of any bytes', () => {
  for (const metadata of ['', 'filename YQ==', 'filetype', 'filetype '.trim()])
    assert.deepEqual(typeIn(metadata), { type: 'application/octet-stream' })
})

test('metadata that is not pairs of a key and base64 is refused with the pair that is wrong', () => {
  for (const metadata of ['filetype video/mp4!', ',', 'a b c', 'filetype  YQ==', 'a,,b', 'é YQ=='])
    assert.match(Object.values(typeIn(metadata)).join(), /Upload-Metadata has .*write each pair/, metadata)
})

test('a filetype that could not be sent back as a header is refused', () => {
  for (const type of ['video/mp4\r\nx: y', 'vidéo', 'x'.repeat(256)])
    assert.match(Object.values(typeIn(`filetype ${encoded(type)}`)).join(), /is no media type/)
})

test('base64 of an odd length is refused, not thrown', () => {
  assert.match(Object.values(typeIn('filetype YQ=Q')).join(), /Upload-Metadata has/)
  assert.match(Object.values(typeIn('filetype A')).join(), /is no media type/)
})
