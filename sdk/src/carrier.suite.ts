/** What every carrier must do, whatever it travels on. `http` and `oap` both run this. */

import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { until } from '@ron/kernel/system/until'
import type { Binding, Carrier, Fields } from './carrier.ts'
import { ConnectionError, NodeError } from './error.ts'
import { bindings } from './generated/operations.ts'

/** What the peer does with a request. */
type Script =
  | { readonly kind: 'answer'; readonly fields: Fields }
  | { readonly kind: 'refuse'; readonly status: number; readonly code: string }
  | { readonly kind: 'events'; readonly events: readonly Fields[]; readonly after: 'end' | 'drop' | 'stay' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'silence' }

/** A carrier and its peer. `seen` and `ended` count requests that came, and those the carrier gave up. */
interface Rig {
  readonly carrier: Carrier
  seen(): number
  ended(): number
}

export type Start = (t: TestContext, script: Script) => Promise<Rig>

export const home = bindingOf('feed', 'home')
export const watchHome = bindingOf('feed', 'watchHome')
const noBody = new Uint8Array(0)
const events = [
  { kind: 'post', post_id: '1' },
  { kind: 'lost', count: 3 },
]

export function carrierSuite(name: string, start: Start): void {
  const call = ({ carrier }: Rig, signal: AbortSignal) =>
    carrier.call(home, { user: 'alice' }, noBody, signal)
  const watch = ({ carrier }: Rig, signal: AbortSignal) =>
    carrier.subscribe(watchHome, { user: 'alice' }, signal)

  test(`${name}: a call is answered with its fields`, async (t) => {
    const { signal } = new AbortController()
    const rig = await start(t, { kind: 'answer', fields: { user: 'alice', items: [] } })
    const { fields, body } = await call(rig, signal)
    assert.deepEqual(fields, { user: 'alice', items: [] })
    assert.equal(body.length, 0)
  })

  test(`${name}: a refusal is a NodeError`, async (t) => {
    const { signal } = new AbortController()
    const rig = await start(t, { kind: 'refuse', status: 403, code: 'PolicyDenied' })
    const refused = (error: unknown) =>
      error instanceof NodeError && error.code === 'PolicyDenied' && error.status === 403
    await assert.rejects(call(rig, signal), refused)
    await assert.rejects(async () => (await watch(rig, signal)).next(), refused)
  })

  test(`${name}: a connection that drops is a ConnectionError`, async (t) => {
    const { signal } = new AbortController()
    await assert.rejects(call(await start(t, { kind: 'drop' }), signal), ConnectionError)
  })

  test(`${name}: an aborted call rejects with the reason and is given up at the peer`, async (t) => {
    const caller = new AbortController()
    const reason = new Error('enough')
    const rig = await start(t, { kind: 'silence' })
    const rejected = assert.rejects(call(rig, caller.signal), reason)
    await until(() => rig.seen() === 1, 'the request')
    caller.abort(reason)
    await rejected
    await until(() => rig.ended() === 1, 'the end of the request')
  })

  test(`${name}: nothing is sent for a caller who has given up already`, async (t) => {
    const reason = new Error('before')
    const rig = await start(t, { kind: 'silence' })
    await assert.rejects(call(rig, AbortSignal.abort(reason)), reason)
    await assert.rejects(watch(rig, AbortSignal.abort(reason)), reason)
    assert.equal(rig.seen(), 0)
  })

  test(`${name}: events come in order until the peer ends the subscription`, async (t) => {
    const { signal } = new AbortController()
    const rig = await start(t, { kind: 'events', events, after: 'end' })
    const seen: Fields[] = []
    for await (const event of await watch(rig, signal)) seen.push(event)
    assert.deepEqual(seen, events)
  })

  test(`${name}: leaving the loop ends the subscription at the peer`, async (t) => {
    const { signal } = new AbortController()
    const rig = await start(t, { kind: 'events', events, after: 'stay' })
    for await (const event of await watch(rig, signal)) {
      assert.deepEqual(event, events[0])
      break
    }
    await until(() => rig.ended() === 1, 'the end of the subscription')
  })

  test(`${name}: aborting ends the subscription with the reason, here and at the peer`, async (t) => {
    const caller = new AbortController()
    const reason = new Error('enough')
    const rig = await start(t, { kind: 'events', events, after: 'stay' })
    const subscription = await watch(rig, caller.signal)
    await subscription.next()
    caller.abort(reason)
    await assert.rejects(async () => {
      while (!(await subscription.next()).done) continue
    }, reason)
    await until(() => rig.ended() === 1, 'the end of the subscription')
  })

  test(`${name}: a subscription that breaks off is a ConnectionError, not an end`, async (t) => {
    const { signal } = new AbortController()
    const rig = await start(t, { kind: 'events', events, after: 'drop' })
    await assert.rejects(async () => {
      for await (const _ of await watch(rig, signal)) continue
    }, ConnectionError)
  })
}

function bindingOf(group: string, name: string): Binding {
  return bindings[group]?.[name] ?? assert.fail(`${group}.${name}`)
}
