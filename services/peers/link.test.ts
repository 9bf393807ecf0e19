import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { ConnectionError, NodeError } from '@ron/app-sdk'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { refusal, system } from '../testing.ts'
import { Link } from './link.ts'
import type { Remote } from './remote.ts'

interface State {
  meets: number
  connections: number
  open: number
  there: boolean
  token: string
  fails: Error | null
}

/** A link to a peer that can be had or not, with what happened. */
function linked() {
  const clock = new ManualClock()
  const state: State = { meets: 0, connections: 0, open: 0, there: true, token: 'token', fails: null }
  const remote = (): Remote => ({
    async content() {
      if (state.fails !== null) throw state.fails
      clock.advance(3)
      return new Uint8Array(1)
    },
    send: async () => false,
    close: () => void state.open--,
  })
  const link = new Link(
    { peer: 'p', url: 'http://p', node: 'n', tokenPath: '/t' },
    {
      clock,
      random: { ...system.random, fraction: () => 0.999 },
      log: system.log,
      meetEveryMs: 1_000,
      backoffBaseMs: 100,
      backoffMaxMs: 400,
      token: async () => state.token,
      async meet() {
        state.meets++
        if (!state.there) throw new ConnectionError('nobody is there')
      },
      connect() {
        state.connections++
        state.open++
        return remote()
      },
      took() {},
    },
  )
  const pass = async (ms: number) => {
    clock.advance(ms)
    for (let turns = 0; turns < 10; turns++) await turn()
  }
  return { link, state, pass }
}

const ask = (link: Link) => link.use((remote) => remote.content('b3:0'))

test('a link that is down says why, tries again with longer waits up to the cap, and is up when the peer is there', async () => {
  const { link, state, pass } = linked()
  state.there = false
  await assert.rejects(ask(link), refusal('Unavailable', /the link to p is down: not tried yet/))
  link.begin()
  await pass(0)
  assert.deepEqual([state.meets, link.up, link.because], [1, false, 'nobody is there'])
  for (const [waitMs, meets] of [
    [99, 1],
    [1, 2],
    [199, 2],
    [1, 3],
    [399, 3],
    [1, 4],
    [399, 4],
    [1, 5],
  ] as const) {
    await pass(waitMs)
    assert.equal(state.meets, meets)
  }
  await assert.rejects(ask(link), refusal('Unavailable', /nobody is there/))
  state.there = true
  await pass(400)
  assert.equal(link.up, true)
  await ask(link)
  link.stop()
  assert.equal(state.open, 0)
})

test('a peer proves anew who it is, on time, and is down when it does not', async () => {
  const { link, state, pass } = linked()
  link.begin()
  await pass(0)
  await pass(1_000)
  await pass(1_000)
  assert.deepEqual([state.meets, state.connections, link.up], [3, 1, true])
  state.there = false
  await pass(1_000)
  assert.deepEqual([link.up, state.open], [false, 0])
  link.stop()
})

test('another token is used from the next meeting on', async () => {
  const { link, state, pass } = linked()
  link.begin()
  await pass(0)
  state.token = 'another'
  await pass(1_000)
  assert.deepEqual([state.connections, state.open, link.up], [2, 1, true])
  link.stop()
  assert.equal(state.open, 0)
})

test('a call without an answer takes the link down at once; a refusal is an answer', async () => {
  const { link, state, pass } = linked()
  link.begin()
  await pass(0)
  await ask(link)
  const problem = {
    type: '',
    title: '',
    status: 404,
    detail: 'none',
    code: 'NotFound',
    retryable: false,
    trace_id: '',
  }
  state.fails = new NodeError(problem)
  await assert.rejects(ask(link), NodeError)
  assert.deepEqual([link.up, link.hops.count], [true, 2])
  state.fails = new ConnectionError('it broke')
  await assert.rejects(ask(link), refusal('Unavailable', /p did not answer: it broke/))
  assert.deepEqual([link.up, state.open, link.hops.count], [false, 0, 2])
  state.fails = null
  await pass(100)
  assert.deepEqual([link.up, state.connections], [true, 2])
  link.stop()
})

test('who waits for a link is told when it is up, and when there is no more use in waiting', async () => {
  const { link, state, pass } = linked()
  state.there = false
  link.begin()
  await pass(0)
  const given = new AbortController()
  let [ready, over] = [false, false]
  void link.ready(new AbortController().signal).then(() => (ready = true))
  void link.ready(given.signal).then(() => (over = true))
  given.abort()
  await pass(0)
  assert.deepEqual([ready, over], [false, true])
  state.there = true
  await pass(100)
  assert.equal(ready, true)
  link.stop()
})
