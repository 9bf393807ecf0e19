import assert from 'node:assert/strict'
import test from 'node:test'
import { noBytes } from './bytes.ts'
import { flag, noTenant, type Frame } from './frame.ts'
import { acknowledgement } from './reply.ts'
import { requestLimits, Requests, type Effect, type RequestLimits } from './requests.ts'

const { REQ, RESP, EVENT, START, END, ACK_REQ } = flag

function frame(corrId: number, flags: number, bytes = 0): Frame {
  const payload = new Uint8Array(bytes)
  return { flags, code: 1, appProtoId: 1, tenant: noTenant, corrId: BigInt(corrId), cap: noBytes, payload }
}

function requests(limits: Partial<RequestLimits> = {}): Requests {
  return new Requests({ ...requestLimits, ...limits })
}

/** Effects in short: `serve`, `acknowledge`, or the kind with its refusal code. */
function short(effects: readonly Effect[]): string[] {
  return effects.map((effect) => ('code' in effect ? `${effect.kind} ${effect.code}` : effect.kind))
}

test('whole requests are served and the corr_id is free again once answered', () => {
  const node = requests()
  assert.deepEqual(short(node.frame(frame(1, REQ), 0)), ['serve'])
  assert.deepEqual(short(node.frame(frame(2, REQ | START | END), 0)), ['serve'])
  node.answered(1n)
  assert.deepEqual(short(node.frame(frame(1, REQ), 0)), ['serve'])
  assert.equal(node.tally.inFlight, 2)
})

test('streams of several corr_ids may interleave', () => {
  const node = requests()
  for (const id of [1, 2, 3]) {
    assert.deepEqual(short(node.frame(frame(id, REQ | START, 10), 0)), ['opened'])
  }
  for (const id of [3, 1, 2]) assert.deepEqual(short(node.frame(frame(id, REQ, 10), 0)), [])
  for (const id of [2, 3, 1]) {
    const [effect] = node.frame(frame(id, REQ | END, 10), 0)
    assert.ok(effect?.kind === 'serve')
    assert.deepEqual([effect.request.head.corrId, effect.request.parts.length], [BigInt(id), 3])
  }
})

test('the request over the limit in flight is refused as busy and an answer makes room', () => {
  const node = requests()
  for (let id = 0; id < 64; id++) assert.deepEqual(short(node.frame(frame(id, REQ), 0)), ['serve'])
  assert.deepEqual(short(node.frame(frame(64, REQ), 0)), ['refuse Busy'])
  assert.deepEqual(short(node.frame(frame(65, REQ | START | END), 0)), ['refuse Busy'])
  node.answered(5n)
  assert.deepEqual(short(node.frame(frame(66, REQ), 0)), ['serve'])
})

test('unfinished requests count as in flight', () => {
  const node = requests({ inFlightMax: 2 })
  node.frame(frame(1, REQ | START), 0)
  node.frame(frame(2, REQ), 0)
  assert.deepEqual(short(node.frame(frame(3, REQ | START), 0)), ['refuse Busy'])
})

test('a refused stream is answered once and its chunks are never taken for requests', () => {
  const node = requests({ inFlightMax: 1 })
  node.frame(frame(1, REQ), 0)
  assert.deepEqual(short(node.frame(frame(2, REQ | START), 0)), ['refuse Busy'])
  node.answered(1n)
  assert.deepEqual(short(node.frame(frame(2, REQ), 0)), [])
  assert.deepEqual(short(node.frame(frame(2, REQ | END), 0)), [])
  assert.deepEqual(short(node.frame(frame(2, REQ), 0)), ['serve'])
})

test('END without START is malformed even when no more requests are taken', () => {
  const node = requests({ inFlightMax: 0 })
  assert.deepEqual(short(node.frame(frame(1, REQ | END), 0)), ['refuse BadRequest'])
})

test('a corr_id with a request in flight is refused and the first request goes on', () => {
  const node = requests()
  node.frame(frame(1, REQ), 0)
  assert.deepEqual(short(node.frame(frame(1, REQ), 0)), ['refuse BadRequest'])
  assert.deepEqual(short(node.frame(frame(1, REQ | START), 0)), ['refuse BadRequest'])
  assert.deepEqual(short(node.frame(frame(1, REQ), 0)), [])
  assert.deepEqual(node.tally, { inFlight: 1, discarding: 1, heldBytes: 0 })
  node.answered(1n)
  assert.deepEqual(short(node.frame(frame(1, REQ), 0)), [])
  node.frame(frame(1, REQ | END), 0)
  assert.deepEqual(node.tally, { inFlight: 0, discarding: 0, heldBytes: 0 })
})

test('a second START refuses the stream and frees what it held', () => {
  const node = requests()
  node.frame(frame(1, REQ | START, 1_000), 0)
  assert.ok(node.tally.heldBytes > 1_000)
  assert.deepEqual(short(node.frame(frame(1, REQ | START), 0)), ['refuse BadRequest'])
  assert.deepEqual(node.tally, { inFlight: 0, discarding: 1, heldBytes: 0 })
})

test('END after a refusal makes room for another refused stream', () => {
  const node = requests({ inFlightMax: 0, discardingMax: 1 })
  assert.deepEqual(short(node.frame(frame(1, REQ | START), 0)), ['refuse Busy'])
  node.frame(frame(1, REQ | END), 0)
  assert.deepEqual(short(node.frame(frame(2, REQ | START), 0)), ['refuse Busy'])
})

test('refused streams that never end close the connection at their limit, and nothing is taken after', () => {
  const node = requests({ inFlightMax: 1, discardingMax: 2 })
  node.frame(frame(0, REQ | START), 0)
  assert.deepEqual(short(node.frame(frame(1, REQ | START), 0)), ['refuse Busy'])
  assert.deepEqual(short(node.frame(frame(2, REQ | START), 0)), ['refuse Busy'])
  assert.deepEqual(short(node.frame(frame(3, REQ | START), 0)), ['close BadRequest'])
  assert.deepEqual(node.frame(frame(0, REQ | END), 0), [])
  assert.deepEqual(node.frame(frame(9, RESP), 0), [])
  assert.deepEqual(node.silent(1e9), [])
})

test('unfinished messages together hold at most their limit', () => {
  const node = requests({ heldBytesMax: 10_000 })
  node.frame(frame(1, REQ | START, 6_000), 0)
  assert.deepEqual(short(node.frame(frame(2, REQ | START, 6_000), 0)), ['refuse Busy'])
  assert.deepEqual(short(node.frame(frame(1, REQ, 6_000), 0)), ['refuse Busy'])
  assert.deepEqual(node.tally, { inFlight: 0, discarding: 2, heldBytes: 0 })
})

test('empty chunks are not free, and what is held never passes its limit', () => {
  const node = requests({ heldBytesMax: 512 })
  assert.deepEqual(short(node.frame(frame(1, REQ | START), 0)), ['opened'])
  assert.deepEqual(short(node.frame(frame(1, REQ), 0)), [])
  assert.equal(node.tally.heldBytes, 512)
  assert.deepEqual(short(node.frame(frame(2, REQ | START), 0)), ['refuse Busy'])
})

test('a message refused as it opened is discarded to its END, and its corr_id is taken until the answer', () => {
  const node = requests()
  const head = frame(1, REQ | START, 1_000)
  assert.deepEqual(node.frame(head, 0), [{ kind: 'opened', head }])
  assert.equal(node.refuse(head), null)
  assert.deepEqual(node.tally, { inFlight: 1, discarding: 1, heldBytes: 0 })
  assert.deepEqual(short(node.frame(frame(1, REQ, 1_000), 0)), [])
  assert.deepEqual(short(node.frame(frame(1, REQ | END), 0)), [])
  assert.deepEqual(short(node.frame(frame(1, REQ), 0)), ['refuse BadRequest'])
  node.answered(1n)
  assert.deepEqual(short(node.frame(frame(1, REQ), 0)), ['serve'])
})

test('one message too many that is refused as it opened closes the connection', () => {
  const node = requests({ discardingMax: 1 })
  const heads = [frame(1, REQ | START), frame(2, REQ | START)] as const
  for (const head of heads) node.frame(head, 0)
  assert.equal(node.refuse(heads[0]), null)
  const excess = node.refuse(heads[1])
  assert.deepEqual(short(excess === null ? [] : [excess]), ['close BadRequest'])
  assert.deepEqual(node.frame(frame(3, REQ), 0), [])
})

test('a refused stream stays silent when there is no room for it either', () => {
  const node = requests({ heldBytesMax: 300 })
  node.frame(frame(1, REQ | START, 44), 0)
  assert.deepEqual(short(node.frame(frame(2, REQ | START), 0)), ['refuse Busy'])
  assert.deepEqual(short(node.frame(frame(2, REQ | START), 0)), [])
})

test('a whole request is not held and passes when unfinished ones fill their limit', () => {
  const node = requests({ heldBytesMax: 1_000 })
  node.frame(frame(1, REQ | START, 700), 0)
  assert.deepEqual(short(node.frame(frame(2, REQ, 5_000), 0)), ['serve'])
  assert.deepEqual(short(node.frame(frame(1, REQ | END, 5_000), 0)), ['serve'])
})

test('frames that ask are acknowledged once consumed, and not when refused', () => {
  const node = requests()
  assert.deepEqual(short(node.frame(frame(1, REQ | START | ACK_REQ), 0)), ['acknowledge', 'opened'])
  assert.deepEqual(short(node.frame(frame(1, REQ | END | ACK_REQ), 0)), ['acknowledge', 'serve'])
  assert.deepEqual(short(node.frame(frame(1, REQ | ACK_REQ), 0)), ['refuse BadRequest'])
})

test('acknowledgements of the peer reach the answer in flight, and a late one changes nothing', () => {
  const node = requests()
  node.frame(frame(1, REQ), 0)
  const ack = acknowledgement(frame(1, REQ))
  assert.deepEqual(node.frame(ack, 0), [{ kind: 'acknowledged', corrId: 1n }])
  node.answered(1n)
  assert.deepEqual(node.frame(ack, 0), [])
})

test('answers and events from a peer that asks are refused', () => {
  const node = requests()
  for (const flags of [RESP, EVENT, RESP | START, EVENT | END]) {
    assert.deepEqual(short(node.frame(frame(1, flags), 0)), ['refuse BadRequest'])
  }
  assert.deepEqual(node.tally, { inFlight: 0, discarding: 0, heldBytes: 0 })
})

test('a message that falls silent is refused, and only after its time', () => {
  const node = requests({ silenceMs: 100 })
  node.frame(frame(1, REQ | START), 0)
  node.frame(frame(2, REQ | START), 0)
  node.frame(frame(2, REQ), 60)
  node.frame(frame(3, REQ), 0)
  assert.deepEqual(node.silent(100), [])
  assert.deepEqual(short(node.silent(101)), ['refuse RequestTimeout'])
  assert.deepEqual(node.silent(102), [])
  assert.deepEqual(short(node.silent(161)), ['refuse RequestTimeout'])
  assert.deepEqual(node.tally, { inFlight: 1, discarding: 2, heldBytes: 0 })
})

test('silent messages close the connection when no more can be discarded', () => {
  const node = requests({ silenceMs: 100, discardingMax: 1 })
  node.frame(frame(1, REQ | START), 0)
  node.frame(frame(2, REQ | START), 0)
  node.frame(frame(3, REQ | START), 0)
  assert.deepEqual(short(node.silent(1_000)), ['refuse RequestTimeout', 'close RequestTimeout'])
  assert.deepEqual(node.silent(2_000), [])
})

test('an answer nobody waits for changes nothing', () => {
  const node = requests()
  node.answered(77n)
  assert.deepEqual(node.tally, { inFlight: 0, discarding: 0, heldBytes: 0 })
})
