import assert from 'node:assert/strict'
import test from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import type { Arrival, Connection, ConnectionHandle } from './connection.ts'
import { Connections } from './connections.ts'

const silence = { readTimeoutMs: 5_000, idleTimeoutMs: 60_000 }

/** A connection as the library has it: handlers live until they are replaced or a request ends. */
class Native implements ConnectionHandle {
  closes = 0
  prolonged = 0
  #gone = false
  #paused = false
  #aborted: () => void = () => {}
  #data: ((piece: ArrayBuffer, last: boolean) => void) | null = null

  onAborted(handler: () => void): void {
    this.#touched()
    this.#aborted = handler
  }

  onData(handler: (piece: ArrayBuffer, last: boolean) => void): void {
    this.#touched()
    this.#data = handler
  }

  pause(): void {
    this.#touched()
    this.#paused = true
  }

  resume(): void {
    this.#touched()
    if (this.#paused) this.prolonged++
    this.#paused = false
  }

  close(): void {
    this.#touched()
    this.closes++
    this.end()
  }

  /** The peer ends it. */
  end(): void {
    this.#gone = true
    this.#aborted()
  }

  /** A head came, and its request registered for the abort. */
  head(aborted: () => void): void {
    this.#aborted = aborted
  }

  /** A piece of a body came; the last one is listened for no more. */
  piece(text: string, last: boolean): void {
    this.#data?.(new TextEncoder().encode(text).buffer, last)
    if (last) this.#data = null
  }

  #touched(): void {
    assert.ok(!this.#gone, 'touched after its end')
  }
}

class Request implements Arrival {
  readonly peer: string
  readonly bodyBytes: number | null
  connection: Connection | null = null
  text = ''
  whole = false
  readonly lasts: boolean[] = []

  constructor(peer = '192.0.2.1', bodyBytes: number | null = 0) {
    this.peer = peer
    this.bodyBytes = bodyBytes
  }

  arrivedOn(connection: Connection): void {
    this.connection = connection
  }

  received(piece: Uint8Array, last: boolean): void {
    assert.equal(this.whole, false)
    this.lasts.push(last)
    this.text += new TextDecoder().decode(piece)
  }

  ended(): void {
    this.whole = true
  }
}

function watched() {
  const clock = new ManualClock()
  const later: (() => void)[] = []
  let expired = 0
  const connections = new Connections(
    clock,
    silence,
    (task) => void later.push(task),
    () => expired++,
  )
  return {
    clock,
    connections,
    expired: () => expired,
    returned: () => {
      for (const task of later.splice(0)) task()
    },
    opened(address = '192.0.2.1') {
      const native = new Native()
      connections.opened(native, address)
      return native
    },
    /** A whole request with a body in one piece, as the library brings it. */
    request(native: Native, body = '') {
      const request = new Request()
      native.head(() => request.connection?.end())
      connections.arriving(request)
      native.piece(body, true)
      return request
    },
  }
}

test('a connection that sends nothing is closed at the read timeout, and no timer is left', () => {
  const { clock, expired, opened } = watched()
  const silent = opened()
  clock.advance(4_999)
  assert.equal(silent.closes, 0)
  clock.advance(1_000)
  assert.deepEqual([silent.closes, expired(), clock.pending], [1, 1, 0])
})

test('a connection that ended is never touched again', () => {
  const { clock, opened } = watched()
  const gone = opened()
  gone.end()
  clock.advance(100_000)
  assert.equal(gone.closes, 0)
})

test('a request learns its connection from its first piece, and its end when the library has returned', () => {
  const { opened, request, returned } = watched()
  const [one, two] = [opened(), opened()]
  const [first, second] = [request(one, 'a'), request(two, 'b')]
  assert.deepEqual([first.text, second.text], ['a', 'b'])
  assert.notEqual(first.connection, second.connection)
  assert.equal(first.whole, false)
  returned()
  assert.deepEqual([first.whole, second.whole], [true, true])
})

test('later pieces reach the request they belong to, whoever sends a head in between', () => {
  const { connections, opened, request } = watched()
  const [slow, other] = [opened(), opened()]
  const first = new Request()
  slow.head(() => {})
  connections.arriving(first)
  slow.piece('', false)
  request(other, 'other')
  slow.piece('ab', false)
  slow.piece('c', true)
  assert.equal(first.text, 'abc')
  assert.deepEqual(first.lasts, [false, false, true])
})

test('no timeout falls on a request that is being answered', () => {
  const { clock, opened, request } = watched()
  const native = opened()
  request(native)
  clock.advance(200_000)
  assert.deepEqual([native.closes, native.prolonged], [0, 0])
})

test('between requests the idle timeout holds, counted from the last answer', () => {
  const { clock, expired, opened, request } = watched()
  const native = opened()
  for (let round = 0; round < 3; round++) {
    request(native).connection?.rest()
    clock.advance(59_000)
  }
  assert.equal(native.closes, 0)
  clock.advance(2_000)
  assert.deepEqual([native.closes, expired()], [1, 0])
})

test('a silent connection is kept from the timer of the library, which is eight seconds at least', () => {
  const { clock, opened, request } = watched()
  const native = opened()
  request(native).connection?.rest()
  for (let seconds = 8; seconds < 60; seconds += 8) {
    const before = native.prolonged
    clock.advance(8_000)
    assert.ok(native.prolonged > before)
  }
})

test('a connection that became something else is never touched again', () => {
  const { clock, opened, request } = watched()
  const native = opened()
  request(native).connection?.end()
  native.end()
  clock.advance(200_000)
  assert.equal(native.closes, 0)
})

test('a head on a connection that cannot be told leaves the armed ones of its address alone, and no others', () => {
  const { clock, connections, opened, request } = watched()
  const [chunked, sibling, other] = [opened(), opened(), opened('192.0.2.2')]
  chunked.head(() => {})
  connections.lose('192.0.2.1')
  chunked.end()
  clock.advance(6_000)
  assert.deepEqual([chunked.closes, sibling.closes, other.closes], [0, 0, 1])
  request(sibling).connection?.rest()
  clock.advance(61_000)
  assert.equal(sibling.closes, 1, 'one that spoke again is watched again')
  assert.equal(clock.pending, 0, 'and the one that did not is forgotten')
})

test('a head whose peer is gone may have come on any armed connection', () => {
  const { clock, connections, opened } = watched()
  const [one, two] = [opened(), opened('192.0.2.2')]
  connections.lose('')
  clock.advance(6_000)
  assert.deepEqual([one.closes, two.closes], [0, 0])
})

test('a chunked request learns its connection from its first piece, however late that comes', () => {
  const { clock, connections, opened, request } = watched()
  const [chunked, other] = [opened(), opened()]
  const late = new Request('192.0.2.1', null)
  chunked.head(() => late.connection?.end())
  assert.equal(connections.arriving(late), true)
  request(other, 'other').connection?.rest()
  clock.advance(20_000)
  assert.deepEqual([chunked.closes, other.closes], [0, 0], 'either may be the one that is awaited')
  chunked.piece('abc', false)
  assert.equal(late.text, 'abc')
  clock.advance(61_000)
  assert.deepEqual([chunked.closes, other.closes], [0, 1])
})

test('of two chunked requests of one address whose first pieces are to come, one connection is lost', () => {
  const { connections, opened } = watched()
  const [one, two, elsewhere] = [opened(), opened(), opened('192.0.2.2')]
  const [first, second, third] = [
    new Request('192.0.2.1', null),
    new Request('192.0.2.1', null),
    new Request('192.0.2.2', null),
  ]
  for (const native of [one, two, elsewhere]) native.head(() => {})
  assert.deepEqual(
    [first, second, third].map((request) => connections.arriving(request)),
    [true, false, true],
  )
  elsewhere.piece('c', true)
  one.piece('a', true)
  assert.deepEqual([first.text, second.text, third.text], ['a', '', 'c'])
  assert.equal(connections.arriving(new Request('192.0.2.1', null)), true, 'the next one is awaited again')
})

test('a chunked request that ended before its first piece leaves the silent connections of its address alone', () => {
  const { clock, connections, opened } = watched()
  const [chunked, sibling] = [opened(), opened()]
  const late = new Request('192.0.2.1', null)
  chunked.head(() => connections.over(late))
  connections.arriving(late)
  chunked.end()
  clock.advance(10_000)
  assert.deepEqual([chunked.closes, sibling.closes], [0, 0])
})

test('a chunked request of a peer that is gone already is not awaited', () => {
  const { connections } = watched()
  assert.equal(connections.arriving(new Request('', null)), false)
})
