/** Routing: whatever path comes in is found, not found or refused; what is found is clean and unambiguous. */

import assert from 'node:assert/strict'
import { Refusal } from '@ron/kernel/contract/refusals'
import { orDeclared } from '@ron/kernel/system/declared.fixture'
import { createRouter, type Match } from './router.ts'

const router = createRouter([
  { route: 'GET /', target: 0 },
  { route: 'GET /objects/*name', target: 1 },
  { route: 'GET /o/:address', target: 2 },
  { route: 'PUT /o/special', target: 3 },
])

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

export const seeds: readonly Uint8Array[] = [
  '/objects/a/b',
  '/o/b3%3aff',
  '/o/special',
  '/objects/%2e%2e/%c3%a9',
  '/objects/a%2F..%2fb\\',
].map(bytes)

export function run(input: Uint8Array): void {
  const path = String.fromCharCode(...input.subarray(0, 4_000))
  const match = matched(path)
  if (match?.kind !== 'found') return
  const { params, path: decoded } = match
  for (const value of [decoded, ...Object.values(params)]) {
    assert.ok(!/\p{Cc}|\\/u.test(value), 'an unclean value was let through')
    assert.ok(!value.split('/').some((part) => part === '.' || part === '..'), 'a path climbs')
  }
  // Encoded again, the decoded path is found as the same thing: no two readings of one path.
  const again = matched(decoded.split('/').map(encodeURIComponent).join('/'))
  if (decoded.length * 9 <= 2_048) assert.deepEqual(again, match)
}

function matched(path: string): Match<number> | null {
  return orDeclared(
    () => router.match('GET', path),
    (thrown) => thrown instanceof Refusal,
  )
}
