import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bindings } from './generated/operations.ts'
import { SDK } from './sdk.ts'

const own = ['get', 'put', 'post', 'delete', 'open', 'close']
/** What a group has beside its operations. */
const transfers: Readonly<Record<string, readonly string[]>> = { media: ['upload', 'open'] }

test('every operation of the contracts is a method of its group', () => {
  const sdk = new SDK({ baseUrl: 'http://127.0.0.1:1' })
  for (const [group, operations] of Object.entries(bindings)) {
    const methods: unknown = Reflect.get(sdk, group)
    assert.ok(typeof methods === 'object' && methods !== null, group)
    const expected = [...Object.keys(operations), ...(transfers[group] ?? [])]
    assert.deepEqual(Object.keys(methods).toSorted(), expected.toSorted())
    assert.ok(Object.values(methods).every((method) => typeof method === 'function'))
  }
})

test('no group hides a method of the SDK', () => {
  for (const name of own) {
    assert.equal(Object.hasOwn(bindings, name), false, name)
    assert.equal(typeof Reflect.get(new SDK({ baseUrl: 'http://127.0.0.1:1' }), name), 'function')
  }
})

test('what cannot work is refused when the SDK is made', () => {
  assert.throws(() => new SDK({ baseUrl: 'nowhere' }), /baseUrl must be/)
  assert.throws(
    () => new SDK({ baseUrl: 'http://127.0.0.1:1', cap: 'no token' }),
    /cap is not a capability token/,
  )
})

test('a mistake in a call rejects, naming what is wrong', async () => {
  const sdk = new SDK({ baseUrl: 'http://127.0.0.1:1' })
  await assert.rejects(sdk.get('objects/a'), /begins with "\/"/)
  await assert.rejects(sdk.open('objects/a'), /begins with "\/"/)
  await assert.rejects(sdk.objects.get({ name: '../a' }), /as a segment/)
  await assert.rejects(sdk.get('/x', { timeoutMs: 0 }), /timeoutMs is 0/)
  // @ts-expect-error a JavaScript user finds out when it runs
  await assert.rejects(sdk.objects.put({ name: 'a', body: 'text' }), /body must be a Uint8Array/)
})
