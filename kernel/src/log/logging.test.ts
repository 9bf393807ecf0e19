import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Clock } from '../ports/clock.ts'
import type { LogFields } from '../ports/log.ts'
import { logging, type LoggingOptions } from './logging.ts'
import { LINE_BYTES_MAX } from './record.ts'
import { tokens } from './secrets.fixture.ts'

const clock: Clock = { now: () => 1_700_000_000_250, monotonic: () => 0, after: () => () => undefined }

function collected(options: Partial<LoggingOptions> = {}) {
  const lines: string[] = []
  const sink = { write: (line: string) => void lines.push(line) }
  const all = logging({ level: 'debug', format: 'json', amnesia: true, clock, sink, ...options })
  return { lines, log: all.for('storage') }
}

test('a line is one JSON object with level, time, service, amnesia, fields and message', () => {
  const { lines, log } = collected()
  log.info('object stored', { trace_id: 'a1', route: 'PUT /objects/*name', status: 201, latency_ms: 1.5 })
  assert.deepEqual(lines, [
    '{"level":"info","ts":"2023-11-14T22:13:20.250Z","service":"storage","amnesia":true,"trace_id":"a1",' +
      '"route":"PUT /objects/*name","status":201,"latency_ms":1.5,"msg":"object stored"}\n',
  ])
})

test('every field of the blueprints passes untouched', () => {
  const fields = {
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    request_id: '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
    peer_addr: '[::1]:50312',
    route: 'GET /o/:address',
    status: 403,
    amnesia: false,
    tenant: '0'.repeat(32),
    capability_id: 'c-01',
    outcome: 'PolicyDenied',
    latency_ms: 0.25,
  }
  const { lines, log } = collected()
  log.warn('refused', fields)
  const parsed: object = JSON.parse(lines[0] ?? '')
  assert.deepEqual(parsed, {
    ...fields,
    level: 'warn',
    ts: '2023-11-14T22:13:20.250Z',
    service: 'storage',
    msg: 'refused',
  })
})

test('lines below the level are not written', () => {
  const levels = ['debug', 'info', 'warn', 'error'] as const
  for (const [index, level] of levels.entries()) {
    const { lines, log } = collected({ level })
    for (const at of levels) log[at]('x')
    assert.deepEqual(
      lines.map((line) => levels.find((word) => line.includes(`"level":"${word}"`))),
      levels.slice(index),
    )
  }
})

test('a message is text, not a format', () => {
  const { lines, log } = collected()
  log.info('100% %s %d %o %%', { a: 1 })
  assert.match(lines[0] ?? '', /"msg":"100% %s %d %o %%"/)
})

test('names that a prototype knows are fields like any other', () => {
  const { lines, log } = collected()
  const fields = Object.fromEntries(
    ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toJSON'].map((name) => [name, 1]),
  )
  log.info('x', fields)
  for (const name of Object.keys(fields)) assert.ok((lines[0] ?? '').includes(`"${name}":1`), name)
})

const anyText = fc.string({ unit: 'binary', maxLength: 200 })
const anyFields: fc.Arbitrary<LogFields> = fc.dictionary(
  fc.oneof(anyText, fc.constantFrom('level', 'msg', 'ts', 'service', 'token', '__proto__', 'truncated')),
  fc.oneof(anyText, fc.double(), fc.boolean(), fc.constant(null), fc.array(anyText, { maxLength: 5 })),
  { maxKeys: 8 },
)

for (const format of ['json', 'pretty'] as const) {
  test(`no secret reaches a ${format} line, wherever it is planted`, () => {
    const plant = fc.record({
      token: tokens,
      before: anyText,
      after: anyText,
      name: anyText,
      fields: anyFields,
    })
    fc.assert(
      fc.property(plant, ({ token, before, after, name, fields }) => {
        const secret = before + token + after
        const { lines, log } = collected({ format })
        log.error(secret, fields)
        log.error('x', { ...fields, [name]: secret })
        log.error('x', { [name]: [before, secret] })
        log.error('x', { ...fields, [secret]: 1 })
        assert.equal(lines.length, 4)
        for (const line of lines) assert.ok(!line.includes(token.slice(0, 24)), line)
      }),
    )
  })
}

test('whatever is logged is one line of JSON within its bound, with each member once', () => {
  const big = fc.dictionary(fc.string({ maxLength: 90 }), fc.string({ unit: 'binary', maxLength: 9_000 }), {
    maxKeys: 40,
  })
  const heavy = fc
    .constantFrom('\0', '\u{10ffff}', 'é', '"', '\uD800', 'x')
    .map((unit) => unit.repeat(20_000))
  fc.assert(
    fc.property(fc.oneof(anyText, heavy), fc.oneof(anyFields, big), heavy, (message, fields, filler) => {
      const { lines, log } = collected()
      log.info(message, { ...fields, filler })
      const [line = ''] = lines
      assert.ok(Buffer.byteLength(line) <= LINE_BYTES_MAX, String(Buffer.byteLength(line)))
      assert.equal(line.indexOf('\n'), line.length - 1)
      const parsed: object = JSON.parse(line)
      assert.equal(JSON.stringify(parsed).length + 1, line.length)
      assert.equal(Reflect.get(parsed, 'level'), 'info')
      assert.equal(Reflect.get(parsed, 'ts'), '2023-11-14T22:13:20.250Z')
    }),
    { numRuns: 60 },
  )
})

test('the pretty format is columns on one line', () => {
  const { lines, log } = collected({ format: 'pretty' })
  log.info('object stored', { status: 201, route: 'PUT /objects/*name', size: '5' })
  assert.deepEqual(lines, [
    '22:13:20.250 info  storage    object stored status=201 route="PUT /objects/*name" size=5\n',
  ])
})

test('text cannot steer the terminal or forge a second pretty line', () => {
  const { lines, log } = collected({ format: 'pretty' })
  log.info('a\nb\u001b[31m\u202e\u2028', { route: 'x\r\ny', ['na\nme']: '\u009b2J' })
  const [line = ''] = lines
  assert.doesNotMatch(line.slice(0, -1), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  assert.ok(line.endsWith('\n'))
})
