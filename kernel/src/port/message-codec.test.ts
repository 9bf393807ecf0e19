import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Fields, Message, Value } from '../ports/port.ts'
import { Garbled } from '../ring/ring-memory.ts'
import { Decoder } from './decoder.ts'
import { Encoder } from './encoder.ts'
import { anyMessage } from './message.arbitrary.ts'
import { decodeMessage, encodeMessage } from './message-codec.ts'
import { NamesIn, NamesOut } from './names.ts'

const room = 256 * 1024

function codec() {
  const bytes = new Uint8Array(new SharedArrayBuffer(room))
  const encoder = new Encoder(bytes, new NamesOut())
  const decoder = new Decoder(bytes, new NamesIn())
  const attempt = (message: Message, end = room) => {
    encoder.begin(0, end)
    encodeMessage(encoder, message, false)
    return encoder.at
  }
  return {
    bytes,
    attempt,
    send(message: Message) {
      const length = attempt(message)
      encoder.sent()
      return length
    },
    read(length: number) {
      decoder.begin(0, length)
      return decodeMessage(decoder, () => assert.fail('nothing is beside'))
    },
  }
}

const event = (fields: Fields): Message => ({ kind: 'event', id: 1, also: [], fields })

test('messages one after another are read as they were written', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 10 }), (messages) => {
      const { send, read } = codec()
      for (const message of messages) assert.deepEqual(read(send(message)), structuredClone(message))
    }),
  )
})

test('what does not fit is measured to its end, and nothing is written past the room there was', () => {
  fc.assert(
    fc.property(anyMessage, fc.nat(200), (message, end) => {
      const { bytes, attempt } = codec()
      bytes.fill(0xaa)
      const length = attempt(message, end)
      assert.ok(bytes.subarray(Math.min(end, length)).every((byte) => byte === 0xaa))
      assert.equal(attempt(message), length)
    }),
  )
})

test('an attempt that was not sent leaves the names it introduced unknown', () => {
  const { attempt, send, read } = codec()
  read(send(event({ first: 1 })))
  attempt(event({ second: 2 }))
  attempt(event({ third: 3 }))
  for (const message of [event({ third: 3 }), event({ second: 2 }), event({ first: 1 })]) {
    assert.deepEqual(read(send(message)), message)
  }
})

test('a name is one byte or two from the second time on, and more names than numbers do no harm', () => {
  const { send, read } = codec()
  const name = 'a name of some length'
  const first = send(event({ [name]: 1 }))
  read(first)
  assert.equal(first - send(event({ [name]: 1 })), name.length + 1)
  for (let n = 0; n < 5_000; n++) {
    const message = event({ [`name ${n % 1_500}`]: n, common: n })
    assert.deepEqual(read(send(message)), message)
  }
})

const cyclic: Record<string, Value> = {}
cyclic['again'] = cyclic

for (const [what, fields] of [
  ['a function', { x: () => 1 }],
  ['a symbol', { x: Symbol('x') }],
  ['a bigint', { x: 1n }],
  ['a Map', { x: new Map() }],
  ['a Date', { x: new Date(0) }],
  ['bytes', { x: new Uint8Array(1) }],
  ['an instance of a class', { x: new Garbled('x') }],
  ['an array with a hole', { x: Array.from({ length: 1 }) }],
  ['a value that contains itself', cyclic],
] as const) {
  test(`${what} among the fields cannot cross`, () => {
    // What the compiler does not let a service send, a mistake at run time may.
    assert.throws(() => codec().attempt(event(fields as Fields)), /cannot cross between threads/)
  })
}

test('an id that is no count cannot cross', () => {
  for (const id of [-1, 0.5, Number.NaN, 2 ** 53]) {
    assert.throws(() => codec().attempt({ kind: 'cancel', id }), RangeError)
  }
})

test('bytes that no encoder wrote are refused as garbled, and nothing else happens', () => {
  const mutation = fc.tuple(fc.nat(400), fc.nat(255))
  fc.assert(
    fc.property(anyMessage, fc.array(mutation, { maxLength: 8 }), fc.nat(50), (message, mutations, cut) => {
      const { bytes, send, read } = codec()
      const length = Math.max(0, send(message) - cut)
      for (const [at, byte] of mutations) if (at < length) bytes[at] = byte
      try {
        read(length)
      } catch (thrown) {
        if (!(thrown instanceof Garbled) && !(thrown instanceof assert.AssertionError)) throw thrown
      }
    }),
    { numRuns: 2_000 },
  )
})
