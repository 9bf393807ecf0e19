import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { httpPeer, json } from './http-peer.fixture.ts'
import type { SDK as Sdk } from './sdk.ts'

// `npm run build` puts the bundle beside the compiled tests.
const bundle = new URL('browser.js', import.meta.url)

test('the browser bundle imports nothing of Node, and ws only where there is no WebSocket', () => {
  const text = readFileSync(bundle, 'utf8')
  assert.doesNotMatch(text, /["']node:/)
  assert.doesNotMatch(text, /^\s*(import|export)\b[^;]*\bfrom\s*["']/m)
  assert.doesNotMatch(text, /\brequire\(/)
  const dynamic = [...text.matchAll(/\bimport\(\s*["']([^"']+)["']/g)].map(([, name]) => name)
  assert.deepEqual(dynamic, ['ws'])
})

test('the browser bundle works by itself', async (t) => {
  const peer = await httpPeer((response) => json(response, 200, { user: 'alice', items: [] }))
  t.after(() => peer.close())
  const { SDK }: { SDK: typeof Sdk } = await import(bundle.href)
  const sdk = new SDK({ baseUrl: peer.baseUrl })
  assert.deepEqual(await sdk.feed.home({ user: 'alice' }), { user: 'alice', items: [] })
})
