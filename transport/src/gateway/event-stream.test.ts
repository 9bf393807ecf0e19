import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Answer } from '@ron/kernel/ports/dispatch'
import type { Fields } from '@ron/kernel/ports/port'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { until } from '@ron/kernel/system/until'
import { headerBlock } from '../listener/header-block.ts'
import { staged, text, type Stage } from '../listener/staging.fixture.ts'
import { ownDriver } from '../listener/uws-here.fixture.ts'
import { streamEvents } from './event-stream.ts'

const done: Answer = { fields: {}, body: null }

/** A subscription that the test drives. */
class Subscription {
  readonly clock = new ManualClock()
  send: (fields: Fields) => Promise<void> = () => Promise.resolve()
  finish: (answer: Answer) => void = () => {}
  refuse: (refusal: Refusal) => void = () => {}
  status: number | string | null = null
  started = false

  run(body: (stage: Stage) => Promise<void>): Promise<void> {
    return staged(
      ownDriver,
      {
        exchange: (exchange) => {
          const subscribe = (onEvent: (fields: Fields) => Promise<void>) =>
            new Promise<Answer>((resolve, reject) => {
              this.started = true
              this.send = onEvent
              this.finish = resolve
              this.refuse = reject
            })
          streamEvents(
            { clock: this.clock },
            exchange,
            headerBlock([['x-request-id', 'r']]),
            (thrown) => ({ detail: String(thrown) }),
            () => {},
            subscribe,
          ).then(
            (status) => (this.status = status),
            (error: unknown) => {
              this.status = error instanceof Refusal ? error.code : String(error)
              text(exchange, 404, 'refused')
            },
          )
        },
      },
      body,
    )
  }
}

const get = 'GET /live HTTP/1.1\r\nHost: node\r\n\r\n'

test('events arrive with their kind and their fields, and the stream ends with the subscription', () => {
  const subscription = new Subscription()
  return subscription.run(async ({ client }) => {
    const one = await client()
    one.send(get)
    await until(() => subscription.started)
    await subscription.send({ kind: 'post', text: 'a\nb' })
    await subscription.send({ n: 1 })
    subscription.finish(done)
    const answer = await one.answer()
    assert.equal(answer.headers.get('content-type'), 'text/event-stream')
    assert.equal(answer.headers.get('x-request-id'), 'r')
    assert.equal(
      answer.body,
      ': open\n\nevent: post\ndata: {"kind":"post","text":"a\\nb"}\n\nevent: message\ndata: {"n":1}\n\n',
    )
    await until(() => subscription.status === 200)
    assert.equal(subscription.clock.pending, 0)
  })
})

test('a line end in a kind begins no other field', () => {
  const subscription = new Subscription()
  return subscription.run(async ({ client }) => {
    const one = await client()
    one.send(get)
    await until(() => subscription.started)
    await subscription.send({ kind: 'a\r\ndata: forged' })
    await one.receives('event: a data: forged\n')
  })
})

test('a subscription that is refused before its first event has the status of its refusal', () => {
  const subscription = new Subscription()
  return subscription.run(async ({ client }) => {
    const one = await client()
    one.send(get)
    await until(() => subscription.started)
    subscription.refuse(new Refusal('NotFound', 'nobody'))
    assert.equal((await one.answer()).status, 404)
    assert.equal(subscription.status, 'NotFound')
    assert.equal(subscription.clock.pending, 0)
  })
})

test('a quiet subscription opens after a moment, says now and then that it lives, and in the end why it ends', () => {
  const subscription = new Subscription()
  return subscription.run(async ({ client }) => {
    const one = await client()
    one.send(get)
    await until(() => subscription.started)
    subscription.clock.advance(100)
    await one.receives(': open')
    subscription.clock.advance(15_000)
    await one.receives(': still here')
    subscription.refuse(new Refusal('Unavailable', 'gone'))
    const refused = 'event: refused\ndata: {"kind":"refused","problem":{"detail":"Refusal: gone"}}\n\n'
    assert.equal((await one.answer()).body, `: open\n\n: still here\n\n${refused}`)
    assert.equal(subscription.status, 200)
  })
})

test('a client that does not read holds the subscription back, heartbeats included, and misses nothing', () => {
  const subscription = new Subscription()
  const pad = 'z'.repeat(200_000)
  return subscription.run(async ({ client }) => {
    const one = (await client()).stopReading()
    one.send(get)
    await until(() => subscription.started)
    let sent = 0
    let wanted = 0
    const pump = async () => {
      for (; wanted < 60; wanted++) {
        await subscription.send({ n: wanted, pad })
        sent++
      }
    }
    const pumped = pump()
    await until(() => wanted > 0 && wanted === sent)
    let last = -1
    await until(() => {
      const stuck = last === sent && wanted === sent
      last = sent
      return stuck
    })
    assert.ok(sent < 60, 'everything was sent to a client that takes nothing')
    subscription.clock.advance(60_000)
    one.goOnReading()
    await pumped
    subscription.finish(done)
    const { body } = await one.answer()
    assert.equal(body.split('"n":').length - 1, 60)
    assert.equal(body.includes('"n":59,'), true)
  })
})

test('a client that leaves ends the waiting of its subscription', () => {
  const subscription = new Subscription()
  const pad = 'z'.repeat(200_000)
  return subscription.run(async ({ client, listener }) => {
    const one = (await client()).stopReading()
    one.send(get)
    await until(() => subscription.started)
    let sent = 0
    const pump = async () => {
      for (; sent < 200; sent++) await subscription.send({ pad })
    }
    const pumped = pump()
    await until(() => sent > 0)
    one.vanish()
    await until(() => listener.inFlight() === 0)
    await pumped
    subscription.finish(done)
    await until(() => subscription.status === 200)
  })
})

test('a subscription has no HEAD', () => {
  const subscription = new Subscription()
  return subscription.run(async ({ client }) => {
    const one = await client()
    one.send('HEAD /live HTTP/1.1\r\nHost: node\r\n\r\n')
    await one.answer('HEAD')
    assert.deepEqual([subscription.status, subscription.started], ['MethodNotAllowed', false])
  })
})
