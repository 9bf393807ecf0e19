import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeDelivery, deliveryHeadBytes, writeDeliveryHead } from './delivery.ts'
import { decodeLetter, encodeLetter, payloadFrom } from './letter.ts'
import { joinRows, splitRows } from './rows.ts'
import { ulidText, writeUlid } from './ulid.ts'

const key = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 128,
})
const text = fc.oneof(fc.string(), fc.constantFrom('\ud800', '你好', '__proto__'))
const letter = fc.record({
  idem_key: key,
  attrs: fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
  payload: fc.uint8Array({ maxLength: 300 }),
})
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test('a letter is read as it was written', () => {
  fc.assert(
    fc.property(letter, (written) => {
      const bytes = encodeLetter(written)
      assert.equal(payloadFrom(bytes), bytes.length - written.payload.length)
      const { payload, ...read } = decodeLetter(bytes)
      assert.deepEqual({ ...read, payload: hex(payload) }, { ...written, payload: hex(written.payload) })
    }),
  )
})

test('a letter lies on the wire as the picture says', () => {
  const bytes = encodeLetter({ idem_key: 'k1', attrs: { a: '1' }, payload: Uint8Array.of(7, 8) })
  assert.equal(hex(bytes), `026b310009${hex(new TextEncoder().encode('{"a":"1"}'))}0708`)
  assert.equal(hex(encodeLetter({ idem_key: 'k', attrs: {}, payload: new Uint8Array(0) })), '016b0000')
})

test('what is no letter is told from one', () => {
  for (const bad of [
    '',
    '00',
    '026b',
    '016b00',
    '016b0001',
    '01200000',
    '017f0000',
    `81${'61'.repeat(129)}0000`,
  ])
    assert.equal(payloadFrom(Buffer.from(bad, 'hex')), null, bad)
  for (const idem_key of ['', 'a b', 'ä', 'x'.repeat(129)])
    assert.throws(() => encodeLetter({ idem_key, attrs: {}, payload: new Uint8Array(0) }), /idempotency key/)
  const attrs = { a: 'x'.repeat(70_000) }
  assert.throws(
    () => encodeLetter({ idem_key: 'k', attrs, payload: new Uint8Array(0) }),
    /a letter carries 65535/,
  )
})

test('rows come back as they were, and a body that is cut or goes on is refused', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), fc.nat(), (rows, place) => {
      const body = joinRows(rows)
      assert.deepEqual(splitRows(body, rows.length)?.map(hex), rows.map(hex))
      if (rows.length > 0) assert.equal(splitRows(body, rows.length - 1), null, 'more than so many')
      const cut = place % (body.length + 1)
      const left = splitRows(body.subarray(0, cut), rows.length)
      if (left !== null) assert.equal(joinRows(left).length, cut)
    }),
  )
  assert.equal(splitRows(Uint8Array.of(0, 0, 0, 2, 1), 9), null)
  assert.equal(splitRows(Uint8Array.of(0, 0, 0), 9), null)
})

test('a ULID survives as bytes, and other texts are no ULIDs', () => {
  const bytes = new Uint8Array(20)
  assert.ok(writeUlid('01ARYZ6S41TSV4RRFFQ69G5FAV', bytes, 4))
  assert.equal(hex(bytes), '0000000001563df36481d6764c61efb99302bd5b')
  assert.equal(ulidText(bytes, 4), '01ARYZ6S41TSV4RRFFQ69G5FAV')
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (id) => {
      const read = new Uint8Array(16)
      assert.ok(writeUlid(ulidText(id, 0), read, 0))
      assert.equal(hex(read), hex(id))
    }),
  )
  for (const bad of [
    '',
    '01ARYZ6S41TSV4RRFFQ69G5FA',
    '81ARYZ6S41TSV4RRFFQ69G5FAV',
    '01ARYZ6S41TSV4RRFFQ69G5FAU',
  ])
    assert.equal(writeUlid(bad, bytes, 0), false, bad)
})

test('a delivery whose attributes are no JSON object of texts is none', () => {
  const row = (attrs: string) =>
    Buffer.concat([
      new Uint8Array(deliveryHeadBytes),
      Buffer.from(`\x01k\0${String.fromCharCode(attrs.length)}${attrs}`),
    ])
  assert.deepEqual(decodeDelivery(row('{"a":"b"}'))?.attrs, { a: 'b' })
  for (const attrs of ['{', '3', 'null', '[]', '["a"]', '{"a":1}'])
    assert.equal(decodeDelivery(row(attrs)), null, attrs)
})

test('a delivery says what the node says of it and what was sent', () => {
  fc.assert(
    fc.property(
      letter,
      fc.nat(2 ** 48 - 1),
      fc.nat(2 ** 32 - 1),
      fc.string({ maxLength: 50 }),
      (sent, sentAtMs, attempt, dlq_reason) => {
        const [said, reason] = [encodeLetter(sent), new TextEncoder().encode(dlq_reason)]
        const row = new Uint8Array(3 + deliveryHeadBytes + reason.length + said.length)
        const view = new DataView(row.buffer)
        assert.ok(writeUlid('01ARYZ6S41TSV4RRFFQ69G5FAV', row, 3))
        row.set(said, writeDeliveryHead(view, 3, sentAtMs, attempt, reason))
        const { payload, ...read } = decodeDelivery(row.subarray(3)) ?? assert.fail('it is one')
        const { payload: sentPayload, ...letterRead } = sent
        const head = { msg_id: '01ARYZ6S41TSV4RRFFQ69G5FAV', sent_at_ms: sentAtMs, attempt, dlq_reason }
        assert.deepEqual(
          { ...read, payload: hex(payload) },
          { ...letterRead, ...head, payload: hex(sentPayload) },
        )
        assert.equal(decodeDelivery(row.subarray(3, 3 + deliveryHeadBytes - 1)), null)
      },
    ),
  )
})
