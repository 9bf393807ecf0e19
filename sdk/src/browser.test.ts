import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { httpPeer, json } from './http-peer.fixture.ts'
import type { SDK as Sdk } from './sdk.ts'

// `npm run build` puts the bundle beside the compiled tests.
const bundle = new URL('browser.js', import.meta.url)

test('the browser bundle imports nothing, and nothing of Node', () => {
  const text = readFileSync(bundle, 'utf8')
  assert.doesNotMatch(text, /["']node:/)
  assert.doesNotMatch(text, /^\s*(import|export)\b[^;]*\bfrom\s*["']/m)
  assert.doesNotMatch(text, /\b(require|import)\(/)
})

test('the browser bundle works by itself', async (t) => {
  const { peer, sdk } = await bundled(t)
  assert.deepEqual(await sdk.feed.home({ user: 'alice' }), { user: 'alice', items: [] })
  assert.equal(peer.seen[0]?.url, '/feed/home?user=alice')
})

test('the browser bundle reads a stream before it sends it, for browsers cannot do both at once', async (t) => {
  const { peer, sdk } = await bundled(t)
  await sdk.put('/objects/a', new Blob(['one ', 'two']).stream())
  const [put] = peer.seen
  assert.equal(put?.body.toString(), 'one two')
  assert.deepEqual([put.headers['content-length'], put.headers['transfer-encoding']], ['7', undefined])
})

async function bundled(t: TestContext) {
  const peer = await httpPeer((response) => json(response, 200, { user: 'alice', items: [] }))
  t.after(() => peer.close())
  const { SDK }: { SDK: typeof Sdk } = await import(bundle.href)
  return { peer, sdk: new SDK({ baseUrl: peer.baseUrl }) }
}
