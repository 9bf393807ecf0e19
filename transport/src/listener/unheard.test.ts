import assert from 'node:assert/strict'
import test from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { UnheardConnections, type OpenedConnection } from './unheard.ts'

/** A connection that fails the test when it is touched after its end. */
class Connection implements OpenedConnection {
  closes = 0
  #gone = false
  #aborted = () => {}

  onAborted(handler: () => void): void {
    assert.ok(!this.#gone, 'touched after its end')
    this.#aborted = handler
  }

  /** As the library does it: a request sets an abort handler of its own. */
  request(): void {
    this.#aborted = () => {}
  }

  close(): void {
    assert.ok(!this.#gone, 'touched after its end')
    this.closes++
    this.end()
  }

  end(): void {
    this.#gone = true
    this.#aborted()
  }
}

function watched() {
  const clock = new ManualClock()
  let expired = 0
  const unheard = new UnheardConnections(clock, 100, () => expired++)
  return { clock, unheard, expired: () => expired }
}

test('a connection that sends nothing is closed in time', () => {
  const { clock, unheard, expired } = watched()
  const silent = new Connection()
  unheard.opened(silent, '192.0.2.1')
  clock.advance(99)
  assert.equal(silent.closes, 0)
  clock.advance(1)
  assert.equal(silent.closes, 1)
  assert.equal(expired(), 1)
  assert.equal(clock.pending, 0)
})

test('a connection that ended is never touched again', () => {
  const { clock, unheard } = watched()
  const gone = new Connection()
  unheard.opened(gone, '192.0.2.1')
  gone.end()
  clock.advance(1_000)
  assert.equal(gone.closes, 0)
})

test('a request leaves all connections of its address alone, and no others', () => {
  const { clock, unheard } = watched()
  const speaking = new Connection()
  const sibling = new Connection()
  const other = new Connection()
  unheard.opened(speaking, '192.0.2.1')
  unheard.opened(sibling, '192.0.2.1')
  unheard.opened(other, '192.0.2.2')
  speaking.request()
  unheard.heardFrom('192.0.2.1')
  speaking.end()
  clock.advance(100)
  assert.deepEqual([speaking.closes, sibling.closes, other.closes], [0, 0, 1])
})

test('a request whose peer is gone may have come on any connection, so all are left alone', () => {
  const { clock, unheard } = watched()
  const speaking = new Connection()
  const other = new Connection()
  unheard.opened(speaking, '192.0.2.1')
  unheard.opened(other, '192.0.2.2')
  speaking.request()
  unheard.heardFrom('')
  speaking.end()
  clock.advance(100)
  assert.deepEqual([speaking.closes, other.closes], [0, 0])
})

test('a connection without an address is left to the library', () => {
  const { clock, unheard } = watched()
  const nameless = new Connection()
  unheard.opened(nameless, '')
  clock.advance(100)
  assert.equal(nameless.closes, 0)
})
