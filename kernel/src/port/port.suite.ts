/**
 * What every `Port` must do. An implementation's test calls `portSuite` with a way to make a connected
 * pair, both ends on this thread.
 */

import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import type { Message, Port } from '../ports/port.ts'
import { until } from '../system/until.ts'

type MakePair = (capacity: number) => readonly [Port, Port]

export function portSuite(name: string, makePair: MakePair): void {
  const during = async (capacity: number, body: (left: Port, right: Port) => Promise<void>) => {
    const [left, right] = makePair(capacity)
    try {
      await body(left, right)
    } finally {
      left.close()
      right.close()
    }
  }

  test(`${name}: messages arrive in the order they were sent, in both directions`, () =>
    during(64, async (left, right) => {
      const atRight = collect(right)
      const atLeft = collect(left)
      for (let id = 0; id < 50; id++) {
        assert.equal(left.send(cancel(id)), true)
        assert.equal(right.send(cancel(1000 + id)), true)
      }
      await until(() => atRight.length === 50 && atLeft.length === 50)
      assert.deepEqual(
        ids(atRight),
        Array.from({ length: 50 }, (_, id) => id),
      )
      assert.deepEqual(
        ids(atLeft),
        Array.from({ length: 50 }, (_, id) => 1000 + id),
      )
    }))

  test(`${name}: the message after the last that fits is refused and never arrives`, () =>
    during(8, async (left, right) => {
      for (let id = 0; id < 8; id++) assert.equal(left.send(cancel(id)), true)
      assert.equal(left.send(cancel(8)), false)
      const atRight = collect(right)
      await until(() => atRight.length === 8)
      await turn()
      assert.deepEqual(ids(atRight), [0, 1, 2, 3, 4, 5, 6, 7])
    }))

  test(`${name}: room returns as the peer takes messages`, () =>
    during(4, async (left, right) => {
      const atRight = collect(right)
      for (let id = 0; id < 1000; id++) {
        while (!left.send(cancel(id))) await turn()
      }
      await until(() => atRight.length === 1000)
      assert.deepEqual(
        ids(atRight),
        Array.from({ length: 1000 }, (_, id) => id),
      )
    }))

  test(`${name}: a message gives its room back before it is handed over`, () =>
    during(1, async (left, right) => {
      const answers: boolean[] = []
      right.receive(({ id }) => {
        if (id < 100) answers.push(left.send(cancel(id + 1)))
      })
      assert.equal(left.send(cancel(0)), true)
      await until(() => answers.length === 100 || answers.includes(false))
      assert.deepEqual(new Set(answers), new Set([true]))
    }))

  test(`${name}: one direction being full does not stop the other`, () =>
    during(2, async (left, right) => {
      while (left.send(cancel(0)));
      const atLeft = collect(left)
      assert.equal(right.send(cancel(7)), true)
      await until(() => atLeft.length === 1)
      assert.deepEqual(ids(atLeft), [7])
    }))

  for (const size of [0, 1, 1024, 16 * 1024, 16 * 1024 + 1, 1024 * 1024]) {
    test(`${name}: a body of ${size} bytes arrives whole`, () =>
      during(4, async (left, right) => {
        const atRight = collect(right)
        const body = Uint8Array.from({ length: size }, (_, i) => i % 251)
        const expected = body.slice()
        assert.equal(left.send(reply(1, body)), true)
        await until(() => atRight.length === 1)
        const [message] = atRight
        assert.ok(message?.kind === 'reply')
        assert.deepEqual(message.body, expected)
      }))
  }

  test(`${name}: small and large bodies keep the order in which they were sent`, () =>
    during(64, async (left, right) => {
      const atRight = collect(right)
      const sizes = [10, 100_000, 20, 0, 16_385, 1_000_000, 5]
      for (const size of sizes) assert.equal(left.send(reply(size, new Uint8Array(size).fill(7))), true)
      await until(() => atRight.length === sizes.length)
      assert.deepEqual(ids(atRight), sizes)
      assert.deepEqual(
        atRight.map((message) => 'body' in message && message.body?.length),
        sizes,
      )
    }))

  test(`${name}: fields of a megabyte and more arrive whole, between others`, () =>
    during(4, async (left, right) => {
      const atRight = collect(right)
      const message: Message = { kind: 'event', id: 2, also: [], fields: { text: 'ä€'.repeat(700_000) } }
      for (const each of [cancel(1), message, cancel(3)]) assert.equal(left.send(each), true)
      await until(() => atRight.length === 3)
      assert.deepEqual(atRight, [cancel(1), message, cancel(3)])
    }))

  test(`${name}: what the receiver does with a message it was handed reaches nobody else`, () =>
    during(64, async (left, right) => {
      const bodies: Uint8Array[] = []
      right.receive((message) => {
        if (message.kind === 'reply' && message.body !== null) bodies.push(message.body.fill(9))
      })
      for (let id = 0; id < 32; id++) {
        while (!left.send(reply(id, new Uint8Array(8_000).fill(id)))) await turn()
      }
      await until(() => bodies.length === 32)
      assert.ok(bodies.every((body) => body.every((byte) => byte === 9)))
    }))

  test(`${name}: a body that is a view into a larger buffer brings only itself`, () =>
    during(4, async (left, right) => {
      const atRight = collect(right)
      const large = new Uint8Array(100_000).fill(7)
      assert.equal(left.send(reply(1, large.subarray(10, 40_010))), true)
      await until(() => atRight.length === 1)
      const [message] = atRight
      assert.ok(message?.kind === 'reply' && message.body !== null)
      assert.equal(message.body.byteLength, 40_000)
      assert.equal(message.body.buffer.byteLength, 40_000)
      assert.equal(large[50_000], 7, 'the sender keeps the rest of its buffer')
    }))

  test(`${name}: messages sent before the receiver registered are delivered to it`, () =>
    during(4, async (left, right) => {
      assert.equal(left.send(cancel(1)), true)
      await turn()
      const atRight = collect(right)
      await until(() => atRight.length === 1)
    }))

  test(`${name}: closing one end tells the other, and nothing is sent afterwards`, () =>
    during(4, async (left, right) => {
      let told = false
      right.receive(() => {})
      right.closed(() => {
        told = true
      })
      left.close()
      await until(() => told)
      assert.equal(right.send(cancel(1)), false)
      assert.equal(left.send(cancel(1)), false)
    }))

  test(`${name}: messages sent before the end arrive before it is told`, () =>
    during(4, async (left, right) => {
      const seen: string[] = []
      right.closed(() => seen.push('end'))
      right.receive((message) => seen.push(String(message.id)))
      assert.equal(left.send(cancel(1)), true)
      assert.equal(left.send(cancel(2)), true)
      left.close()
      await until(() => seen.includes('end'))
      assert.deepEqual(seen, ['1', '2', 'end'])
    }))

  test(`${name}: an end that closed itself is told, and is handed nothing that was still on its way`, () =>
    during(4, async (left, right) => {
      let told = false
      const seen: number[] = []
      right.closed(() => {
        told = true
      })
      right.receive((message) => {
        seen.push(message.id)
        right.close()
      })
      for (const id of [1, 2, 3]) assert.equal(left.send(cancel(id)), true)
      await until(() => told)
      await turn()
      assert.deepEqual(seen, [1])
      right.close()
    }))

  test(`${name}: an observer that registers after the end is told of it`, () =>
    during(4, async (left, right) => {
      let told = false
      right.receive(() => {})
      left.close()
      await until(() => !right.send(cancel(1)))
      right.closed(() => {
        told = true
      })
      await until(() => told)
    }))

  test(`${name}: a value that cannot cross throws, and takes no room`, () =>
    during(2, async (left, right) => {
      const atRight = collect(right)
      const bytes = new Uint8Array(8)
      structuredClone(bytes, { transfer: [bytes.buffer] })
      for (let tries = 0; tries < 5; tries++) assert.throws(() => left.send(reply(1, bytes)))
      assert.equal(left.send(cancel(2)), true)
      assert.equal(left.send(cancel(3)), true)
      await until(() => atRight.length === 2)
      assert.deepEqual(ids(atRight), [2, 3])
    }))

  test(`${name}: a body in shared memory arrives as a copy, which later writes do not reach`, () =>
    during(2, async (left, right) => {
      const atRight = collect(right)
      const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(1)
      assert.equal(left.send(reply(1, shared)), true)
      shared.fill(2)
      await until(() => atRight.length === 1)
      const [message] = atRight
      assert.ok(message?.kind === 'reply')
      assert.deepEqual(message.body, new Uint8Array(4).fill(1))
    }))
}

function collect(port: Port): Message[] {
  const received: Message[] = []
  port.receive((message) => received.push(message))
  return received
}

const cancel = (id: number): Message => ({ kind: 'cancel', id })
const reply = (id: number, body: Uint8Array): Message => ({ kind: 'reply', id, micros: 3, fields: {}, body })
const ids = (messages: readonly Message[]) => messages.map((message) => message.id)
