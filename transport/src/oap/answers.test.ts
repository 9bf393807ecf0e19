import assert from 'node:assert/strict'
import test from 'node:test'
import { Answers, type AnswerEffect } from './answers.ts'
import { noBytes } from './bytes.ts'
import { flag, noTenant, type Frame } from './frame.ts'
import { acknowledgement } from './reply.ts'
import { streamLimits } from './streams.ts'

const { REQ, RESP, EVENT, START, END, ACK_REQ } = flag

function frame(corrId: bigint, flags: number, bytes = 4): Frame {
  return {
    flags,
    code: 200,
    appProtoId: 1,
    tenant: noTenant,
    corrId,
    cap: noBytes,
    payload: new Uint8Array(bytes),
  }
}

function waitingFor(...corrIds: bigint[]): Answers {
  const caller = new Answers(64)
  for (const corrId of corrIds) assert.ok(caller.expect(corrId))
  return caller
}

const kinds = (effects: readonly AnswerEffect[]): string[] => effects.map((effect) => effect.kind)

test('an answer ends its call, and what comes after it is stray', () => {
  const caller = waitingFor(1n, 2n)
  assert.deepEqual(kinds(caller.frame(frame(1n, RESP))), ['answer'])
  assert.deepEqual(kinds(caller.frame(frame(1n, RESP))), ['stray'])
  assert.equal(caller.waiting, 1)
})

test('events come before the answer, whole or in chunks, also between chunks of the answer', () => {
  const caller = waitingFor(1n)
  assert.deepEqual(kinds(caller.frame(frame(1n, EVENT))), ['event'])
  assert.deepEqual(kinds(caller.frame(frame(1n, EVENT | START))), [])
  assert.deepEqual(kinds(caller.frame(frame(1n, RESP | START))), [])
  const [event] = caller.frame(frame(1n, EVENT | END))
  assert.ok(event?.kind === 'event')
  assert.equal(event.message.parts.length, 2)
  const [answer] = caller.frame(frame(1n, RESP | END))
  assert.ok(answer?.kind === 'answer')
  assert.equal(answer.message.parts.length, 2)
})

test('events that ask are acknowledged', () => {
  const caller = waitingFor(1n)
  assert.deepEqual(kinds(caller.frame(frame(1n, EVENT | ACK_REQ))), ['acknowledge', 'event'])
})

test('an empty RESP 202 acknowledges a frame of the request and is not its answer', () => {
  const caller = waitingFor(1n)
  assert.deepEqual(kinds(caller.frame(acknowledgement(frame(1n, REQ)))), ['acknowledged'])
  assert.deepEqual(kinds(caller.frame({ ...frame(1n, RESP), code: 202 })), ['answer'])
})

test('a call whose answer breaks the rules is over', () => {
  for (const flags of [RESP | END, EVENT | END]) {
    const caller = waitingFor(1n)
    assert.deepEqual(kinds(caller.frame(frame(1n, flags))), ['broken'])
    assert.equal(caller.waiting, 0)
  }
})

test('an answer larger than the caller takes breaks its call', () => {
  const caller = new Answers(1, { ...streamLimits, chunkBytesMax: 10 })
  caller.expect(1n)
  assert.deepEqual(caller.frame(frame(1n, RESP | START, 11)), [
    { kind: 'broken', corrId: 1n, reason: 'a chunk of 11 bytes is over the limit of 10 in a stream' },
  ])
})

test('frames of a call that was given up and requests from the node are stray', () => {
  const caller = waitingFor(1n, 2n)
  caller.frame(frame(1n, RESP | START))
  caller.forget(1n)
  assert.deepEqual(kinds(caller.frame(frame(1n, RESP))), ['stray'])
  assert.deepEqual(kinds(caller.frame(frame(2n, REQ))), ['stray'])
  assert.equal(caller.waiting, 1)
})

test('no more calls wait than the node takes', () => {
  const caller = new Answers(2)
  assert.deepEqual([caller.expect(1n), caller.expect(2n), caller.expect(3n)], [true, true, false])
  caller.frame(frame(1n, RESP))
  assert.ok(caller.expect(3n))
})

test('a corr_id that waits cannot be used again', () => {
  assert.throws(() => waitingFor(1n).expect(1n), /corr_id 1 already has a call/)
})
