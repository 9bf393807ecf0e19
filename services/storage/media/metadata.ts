/**
 * What an uploader says about what it uploads (tus 1.0.0, `Upload-Metadata`): pairs of a key and a value in
 * base64, separated by commas. Only the media type is looked at here; the rest is given back as it came.
 *
 *     filename Y2F0Lm1wNA==,filetype dmlkZW8vbXA0
 */

const defaultType = 'application/octet-stream'
const pair = /^[\x21-\x2b\x2d-\x7e]+(?: [A-Za-z0-9+/]*={0,2})?$/
/** Sent back as a header, so printable ASCII only. */
const mediaType = /^[\x20-\x7e]{1,255}$/

/** The media type, or the sentence to refuse the metadata with. */
export function typeIn(metadata: string): { readonly type: string } | { readonly fault: string } {
  const pairs = metadata === '' ? [] : metadata.split(',').map((text) => text.trim())
  const odd = pairs.find((text) => !pair.test(text))
  if (odd !== undefined) {
    const shown = JSON.stringify(odd.slice(0, 64))
    return { fault: `Upload-Metadata has ${shown}; write each pair as a key, a space and base64` }
  }
  const [, value] = pairs.map((text) => text.split(' ')).find(([key]) => key === 'filetype') ?? []
  if (value === undefined || value === '') return { type: defaultType }
  const type = Buffer.from(value, 'base64').toString('latin1')
  if (mediaType.test(type)) return { type }
  return { fault: 'the filetype in Upload-Metadata is no media type; encode text such as video/mp4' }
}
