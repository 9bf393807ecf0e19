import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Answer, Dispatch } from '@ron/kernel/ports/dispatch'
import type { Fields } from '@ron/kernel/ports/port'
import { systemRandom } from '@ron/kernel/system/random'
import { until } from '@ron/kernel/system/until'
import { correlate, TraceIds } from '../http/correlation.ts'
import { noHeaders } from '../listener/header-block.ts'
import type { Exchange } from '../listener/listener.ts'
import { request, staged, text, type Stage } from '../listener/staging.fixture.ts'
import { ownDriver } from '../listener/uws-here.fixture.ts'
import { restOf, sendLongBody } from './long-body.ts'

const caller = { subject: 'test', tenant: '0'.repeat(32), traceId: '0'.repeat(32) }
const continued = { service: 'things', continuedBy: 'rest' }
const bytesOf = (written: string) => new TextEncoder().encode(written)

/** A body of pieces that a service gives one by one. */
class Pieces {
  readonly asked: Fields[] = []
  readonly warned: string[] = []
  status: number | string | null = null
  readonly #pieces: readonly string[]
  /** Whether the answer for the piece of this number may come. */
  give: (nth: number) => Promise<void> = () => Promise.resolve()

  constructor(pieces: readonly string[]) {
    this.#pieces = pieces
  }

  run(body: (stage: Stage) => Promise<void>): Promise<void> {
    return staged(ownDriver, { exchange: (exchange) => void this.#answer(exchange) }, body)
  }

  async #answer(exchange: Exchange): Promise<void> {
    const { fields, body } = this.#piece(0)
    const rest = restOf(continued, { ...fields, bytes: this.#pieces.join('').length })
    assert.ok(rest !== null)
    const correlation = correlate(() => null, new TraceIds(systemRandom))
    const dispatch: Dispatch = {
      call: async (service, operation, next) => {
        assert.deepEqual([service, operation], ['things', 'rest'])
        this.asked.push(next)
        await this.give(Number(next['nth']))
        return this.#piece(Number(next['nth']))
      },
      full: () => null,
    }
    const log = {
      debug() {},
      info() {},
      error() {},
      warn: (message: string) => void this.warned.push(message),
    }
    const meter = { request() {}, exemplar() {}, inflight() {}, rejected() {}, integrityFailure() {} }
    const answer = { status: 200, headers: noHeaders, body: body ?? new Uint8Array(0) }
    try {
      this.status = await sendLongBody({ dispatch, meter, log }, { exchange, correlation }, answer, rest, {
        caller,
      })
    } catch (thrown) {
      this.status = thrown instanceof Refusal ? thrown.code : String(thrown)
      text(exchange, 400, 'refused')
    }
  }

  #piece(nth: number): Answer {
    const more = nth + 1 < this.#pieces.length
    return { fields: more ? { next: { nth: nth + 1 } } : {}, body: bytesOf(this.#pieces[nth] ?? '') }
  }
}

test('an answer that says what follows is continued, and any other is not', () => {
  const next = { at: 1 }
  assert.deepEqual(restOf(continued, { bytes: 9, next }), { bytes: 9, service: 'things', name: 'rest', next })
  for (const fields of [
    {},
    { bytes: 9 },
    { next },
    { bytes: '9', next },
    { bytes: 9, next: [] },
    { bytes: 9, next: null },
  ])
    assert.equal(restOf(continued, fields), null)
  assert.equal(restOf({ ...continued, continuedBy: null }, { bytes: 9, next }), null)
})

test('the pieces arrive as one body of the length that was told, each asked for once', () => {
  const pieces = new Pieces(['first', 'x'.repeat(300_000), 'last'])
  return pieces.run(async ({ client }) => {
    const answer = await (await client()).send(request('GET /')).answer()
    assert.equal(answer.headers.get('content-length'), '300009')
    assert.ok(answer.body === `first${'x'.repeat(300_000)}last`)
    assert.deepEqual(pieces.asked, [{ nth: 1 }, { nth: 2 }])
    await until(() => pieces.status === 200)
  })
})

test('the first piece goes out before the second is there', () => {
  const pieces = new Pieces(['first', 'second'])
  let come = () => {}
  pieces.give = () => new Promise((resolve) => (come = resolve))
  return pieces.run(async ({ client }) => {
    const one = await client()
    await one.send(request('GET /')).receives('first')
    come()
    assert.equal((await one.answer()).body, 'firstsecond')
  })
})

test('a client that takes nothing is sent the piece it has and one more is fetched, and no other', () => {
  const pieces = new Pieces(Array.from({ length: 30 }, () => 'y'.repeat(8_000_000)))
  return pieces.run(async ({ client, listener }) => {
    const one = (await client()).stopReading()
    one.send(request('GET /'))
    await until(() => pieces.asked.length > 0)
    for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate)
    const { length } = pieces.asked
    assert.ok(length <= 2, `${length} pieces were asked for`)
    one.vanish()
    await until(() => listener.inFlight() === 0 && pieces.status === 200)
    assert.ok(pieces.asked.length <= length + 1, 'nothing is fetched for a client that is gone')
    assert.deepEqual(pieces.warned, [])
  })
})

test('HEAD is told the length, and nothing is fetched', () => {
  const pieces = new Pieces(['first', 'second'])
  return pieces.run(async ({ client }) => {
    const answer = await (await client()).send(request('HEAD /')).answer('HEAD')
    assert.equal(answer.headers.get('content-length'), '11')
    assert.deepEqual(pieces.asked, [])
  })
})

test('a rest that fails or comes without bytes cuts the answer and is logged', async () => {
  for (const [second, give] of [
    ['second', () => Promise.reject(new Refusal('IntegrityFail', 'damaged'))],
    ['', () => Promise.resolve()],
  ] as const) {
    const pieces = new Pieces(['first', second, 'third'])
    pieces.give = give
    await pieces.run(async ({ client }) => {
      const one = await client()
      await one.send(request('GET /')).ended()
      assert.match(one.text, /first$/)
      await until(() => pieces.status === 200)
      assert.deepEqual(pieces.warned, ['an answer was cut short'])
    })
  }
})

test('a request in chunks is refused, for it could not be answered in parts', () => {
  const pieces = new Pieces(['first', 'second'])
  return pieces.run(async ({ client }) => {
    const one = await client()
    one.send(`${request('GET /', 'Transfer-Encoding: chunked')}0\r\n\r\n`)
    assert.equal((await one.answer()).status, 400)
    assert.equal(pieces.status, 'BadRequest')
  })
})
