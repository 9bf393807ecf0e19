/** What uploaders say of uploads: a type that may be sent back as a header, or a sentence of bounded length. */

import assert from 'node:assert/strict'
import { typeIn } from './metadata.ts'

export const seeds: readonly Uint8Array[] = [
  '',
  'filename Y2F0Lm1wNA==,filetype dmlkZW8vbXA0',
  'filetype dmlkZW8vbXA0 , private',
  'filetype',
  'filetype AAAA',
].map((text) => Buffer.from(text))

export const stepsPerByte = 50

export function run(input: Uint8Array): void {
  const metadata = Buffer.from(input).toString('latin1')
  const said = typeIn(metadata)
  if ('fault' in said) {
    assert.ok(said.fault.length > 0 && said.fault.length < 600, `${said.fault.length} characters`)
    return
  }
  assert.match(said.type, /^[ -~]{1,255}$/)
  if (metadata === '') return
  // What else is said makes no difference, before or behind it.
  assert.deepEqual(typeIn(`x eA==,${metadata}`), said)
  assert.deepEqual(typeIn(`${metadata},x`), said)
}
