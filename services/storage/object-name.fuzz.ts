/** Names of objects: a good one stands in a URL without being changed by those who read URLs, and comes back as it was. */

import assert from 'node:assert/strict'
import { NAME_BYTES_MAX, nameFault } from './object-name.ts'

/** UTF-16, so that halves of characters come as well. */
export const seeds: readonly Uint8Array[] = [
  'photos/2025/cat.jpg',
  '..',
  'a/./b',
  'a\\b',
  '%2e%2e/é',
  'a//b',
  '\ud800',
  '🐈',
].map((text) => Buffer.from(text, 'utf16le'))

export const stepsPerByte = 50

export function run(input: Uint8Array): void {
  const name = Buffer.from(input).toString('utf16le')
  const fault = nameFault(name)
  if (fault !== undefined) return assert.ok(fault.length < 1_000, `${fault.length} characters`)
  assert.ok(Buffer.byteLength(name) <= NAME_BYTES_MAX)
  const encoded = name.split('/').map(encodeURIComponent).join('/')
  const { pathname } = new URL(`http://node/objects/${encoded}`)
  assert.equal(pathname, `/objects/${encoded}`)
  assert.equal(pathname.slice('/objects/'.length).split('/').map(decodeURIComponent).join('/'), name)
}
