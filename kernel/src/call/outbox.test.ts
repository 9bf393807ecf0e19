import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Message } from '../ports/port.ts'
import { openPort, portPair } from '../port/ring-port.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { until } from '../system/until.ts'
import { Outbox } from './outbox.ts'

const credit = (id: number): Message => ({ kind: 'credit', id, events: 1 })

function joined(t: TestContext, capacity: number) {
  const clock = new ManualClock()
  const [near, far] = portPair(capacity)
  const [port, peer] = [openPort(near), openPort(far)]
  t.after(() => port.close())
  const seen: number[] = []
  return {
    clock,
    port,
    outbox: new Outbox(port, clock),
    seen,
    take: () => peer.receive((message) => seen.push(message.id)),
  }
}

test('what finds no room is sent in order as room returns, and no timer is left', async (t) => {
  const { clock, outbox, seen, take } = joined(t, 2)
  for (let id = 1; id <= 9; id++) outbox.send(credit(id))
  assert.equal(outbox.waiting, true)
  take()
  await until(() => {
    clock.advance(5)
    return seen.length === 9
  })
  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9])
  assert.deepEqual([outbox.waiting, clock.pending], [false, 0])
})

test('a message waits behind those before it, even when there is room again', async (t) => {
  const { clock, outbox, port, seen, take } = joined(t, 1)
  for (const id of [1, 2]) outbox.send(credit(id))
  take()
  await until(() => seen.length === 1)
  outbox.send(credit(3))
  assert.equal(port.send(credit(4)), true, 'there was room')
  await until(() => {
    clock.advance(5)
    return seen.length === 4
  })
  assert.deepEqual(seen, [1, 4, 2, 3])
})

test('what cannot cross is refused at once, whether there is room or not, and leaves nothing behind', (t) => {
  const { outbox } = joined(t, 1)
  const gone = new Uint8Array(8)
  structuredClone(gone, { transfer: [gone.buffer] })
  const message: Message = { kind: 'reply', id: 1, fields: {}, body: gone }
  assert.throws(() => outbox.send(message), /detached|cloned/)
  outbox.send(credit(1))
  assert.throws(() => outbox.send(message), /detached|cloned/)
  assert.equal(outbox.waiting, false)
})

test('a closed outbox keeps and sends nothing, and its timer ends', (t) => {
  const { clock, outbox } = joined(t, 1)
  for (const id of [1, 2]) outbox.send(credit(id))
  outbox.close()
  outbox.send(credit(3))
  clock.advance(5)
  assert.deepEqual([outbox.waiting, clock.pending], [false, 0])
})
