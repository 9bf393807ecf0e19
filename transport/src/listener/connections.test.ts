import assert from 'node:assert/strict'
import test from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import type { Connection, ConnectionHandle } from './connection.ts'
import { Connections, type Stray } from './connections.ts'

const silence = { readTimeoutMs: 5_000, idleTimeoutMs: 60_000 }

/** A connection as the library has it: handlers live until they are replaced or a request ends. */
class Native implements ConnectionHandle {
  closes = 0
  prolonged = 0
  gone = false
  #sent = 0
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
    this.gone = true
    this.#aborted()
  }

  getWriteOffset(): number {
    this.#touched()
    return this.#sent
  }

  cork(write: () => void): void {
    this.#touched()
    write()
  }

  head(): void {
    this.#sent = 0
  }

  answer(bytes: number): void {
    this.#sent += bytes
  }

  /** A piece of a body came; the last one is listened for no more. */
  piece(text: string, last: boolean): void {
    this.#data?.(new TextEncoder().encode(text).buffer, last)
    if (last) this.#data = null
  }

  #touched(): void {
    assert.ok(!this.gone, 'touched after its end')
  }
}

class Request implements Stray {
  readonly peer: string
  connection: Connection | null = null
  text = ''
  /** What it does at once with its last piece. */
  onLast = () => {}
  lefts = 0
  readonly lasts: boolean[] = []
  readonly #native: Native

  constructor(native: Native, peer = '192.0.2.1') {
    this.#native = native
    this.peer = peer
  }

  unreachable(): boolean {
    return this.#native.gone
  }

  left(): void {
    this.lefts++
    this.connection?.end()
  }

  arrivedOn(connection: Connection): void {
    this.connection = connection
  }

  received(piece: Uint8Array, last: boolean): void {
    this.lasts.push(last)
    this.text += new TextDecoder().decode(piece)
    if (last) this.onLast()
  }
}

function watched() {
  const clock = new ManualClock()
  const later: (() => void)[] = []
  let expired = 0
  const gone: string[] = []
  const connections = new Connections(
    clock,
    silence,
    (task) => void later.push(task),
    () => expired++,
    (address) => void gone.push(address),
  )
  return {
    clock,
    connections,
    expired: () => expired,
    gone,
    returned: () => {
      for (const task of later.splice(0)) task()
    },
    opened(address = '192.0.2.1') {
      const native = new Native()
      connections.opened(native, address)
      return native
    },
    /** A whole request with a body in one piece, as the library brings it. */
    request(native: Native, body = '', onLast: (request: Request) => void = () => {}) {
      const request = new Request(native)
      request.onLast = () => onLast(request)
      native.head()
      connections.arriving(request)
      native.piece(body, true)
      return request
    },
    /** The head of a request in chunks. */
    chunked(native: Native, address = '192.0.2.1') {
      const request = new Request(native, address)
      native.head()
      if (!connections.tell(request)) connections.stray(request)
      return request
    },
    /** Answers it in full. */
    answer(request: Request, native: Native, bytes: number) {
      connections.sending(request, () => native.answer(bytes))
      request.connection?.rest()
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

test('a request learns its connection from its first piece', () => {
  const { opened, request } = watched()
  const [one, two] = [opened(), opened()]
  const [first, second] = [request(one, 'a'), request(two, 'b')]
  assert.deepEqual([first.text, second.text], ['a', 'b'])
  assert.notEqual(first.connection, second.connection)
})

const answeredAtOnce = ({ connection }: Request) => connection?.rest()

test('a connection whose request was answered in the call that brought it hears the next one', () => {
  const { opened, request, returned } = watched()
  const native = opened()
  assert.equal(request(native, 'a', answeredAtOnce).text, 'a')
  // Behind it in the same bytes, and when the library has returned.
  assert.equal(request(native, 'b', answeredAtOnce).text, 'b')
  returned()
  assert.equal(request(native, 'c').text, 'c')
})

test('a connection that ended after such an answer is not listened to again', () => {
  const { opened, request, returned } = watched()
  const native = opened()
  request(native, '', answeredAtOnce)
  native.end()
  returned()
})

test('later pieces reach the request they belong to, whoever sends a head in between', () => {
  const { connections, opened, request } = watched()
  const [slow, other] = [opened(), opened()]
  const first = new Request(slow)
  slow.head()
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

test('a request in chunks is told its connection by its head when one alone is blank', () => {
  const { answer, chunked, connections, opened, request } = watched()
  const [one, other] = [opened(), opened()]
  answer(request(other), other, 5)
  const told = chunked(one)
  one.piece('abc', true)
  assert.equal(told.text, 'abc')
  one.end()
  assert.deepEqual([told.lefts, connections.silentOne() !== null], [1, true])
})

test('of several blank connections, the one of a request in chunks is told by its answer', () => {
  const { answer, chunked, clock, opened } = watched()
  const [one, two, three] = [opened(), opened(), opened()]
  const [first, second] = [chunked(one), chunked(two)]
  assert.deepEqual([first.connection, second.connection], [null, null])
  answer(second, two, 7)
  answer(first, one, 7)
  assert.notEqual(first.connection, null)
  assert.notEqual(first.connection, second.connection)
  clock.advance(6_000)
  assert.deepEqual([one.closes, two.closes, three.closes], [0, 0, 1])
  clock.advance(60_000)
  assert.deepEqual([one.closes, two.closes], [1, 1])
})

test('an answer without a byte of body tells nothing, and the next part may', () => {
  const { chunked, connections, opened } = watched()
  const [one] = [opened(), opened()]
  const request = chunked(one)
  connections.sending(request, () => one.answer(0))
  assert.equal(request.connection, null)
  connections.sending(request, () => one.answer(1))
  assert.notEqual(request.connection, null)
})

test('of several blank connections, the one of a request in chunks is told by its end', () => {
  const { chunked, clock, opened } = watched()
  const [one, two, silent] = [opened(), opened(), opened()]
  const [first, second] = [chunked(one), chunked(two)]
  silent.end()
  assert.deepEqual([first.lefts, second.lefts], [0, 0])
  two.end()
  assert.deepEqual([first.lefts, second.lefts], [0, 1])
  one.end()
  one.end()
  assert.deepEqual([first.lefts, second.lefts], [1, 1])
  clock.advance(100_000)
  assert.deepEqual([one.closes, two.closes, silent.closes], [0, 0, 0])
})

test('the timeouts of all but the blank connections of its address hold while a request is a stray', () => {
  const { answer, chunked, clock, opened, request } = watched()
  const [stray, fresh, heard, elsewhere] = [opened(), opened(), opened(), opened('192.0.2.2')]
  answer(request(heard), heard, 5)
  chunked(stray)
  clock.advance(61_000)
  assert.deepEqual([stray.closes, fresh.closes, heard.closes, elsewhere.closes], [0, 0, 1, 1])
  assert.deepEqual([stray.prolonged, fresh.prolonged], [0, 0], 'the reading of neither is touched')
  stray.end()
  clock.advance(1_000)
  assert.equal(fresh.closes, 1)
})

test('a request whose peer is gone already may have come on a connection of any address', () => {
  const { chunked, opened } = watched()
  const [one, two] = [opened(), opened('192.0.2.2')]
  const request = chunked(two, '')
  one.end()
  assert.deepEqual([request.connection, request.lefts], [null, 0])
  two.end()
  assert.equal(request.lefts, 1)
})

test('of each connection that ends is told once, with its address', () => {
  const { opened, request, gone } = watched()
  const [busy, silent] = [opened('192.0.2.1'), opened('192.0.2.2')]
  request(busy)
  for (const native of [busy, silent]) native.end()
  assert.deepEqual(gone, ['192.0.2.1', '192.0.2.2'])
})
