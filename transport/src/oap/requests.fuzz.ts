/**
 * A connection under any order of frames, answers and silences: its sums stay within their limits, every
 * request is the last frames of its `corr_id` in order, and when all has ended nothing is left.
 */

import assert from 'node:assert/strict'
import { noBytes } from './bytes.ts'
import { flag, has, noTenant, type Frame } from './frame.ts'
import { requestLimits, Requests, type Effect } from './requests.ts'

const limits = {
  ...requestLimits,
  chunkBytesMax: 1_000,
  bodyBytesMax: 2_000,
  framesMax: 6,
  inFlightMax: 3,
  discardingMax: 3,
  heldBytesMax: 4_000,
  silenceMs: 20,
}
const corrIds = 8
const places = [0, flag.START, flag.END, flag.START | flag.END]

/** Two bytes are a step: which `corr_id`, what happens on it, and how long the payload is. */
export const seeds: readonly Uint8Array[] = [
  Uint8Array.of(0x08, 9, 0x00, 9, 0x10, 9, 0x80, 0),
  Uint8Array.of(0x18, 1, 0x19, 1, 0x1a, 1, 0x1b, 1, 0x80, 0, 0x1b, 1),
  Uint8Array.of(0x08, 200, 0x09, 200, 0x0a, 200, 0x0b, 200, 0xc0, 255, 0x10, 1),
  Uint8Array.of(0x28, 1, 0x20, 1, 0x30, 1, 0x40, 0, 0x58, 9),
]

export function run(input: Uint8Array): void {
  const node = new Requests(limits)
  const seen = new Map<bigint, Frame[]>()
  const serving = new Set<bigint>()
  let nowMs = 0
  let closed = false
  for (let at = 0; at + 1 < input.length; at += 2) {
    const [step = 0, size = 0] = [input[at], input[at + 1]]
    const corrId = BigInt(step % corrIds)
    nowMs += 1
    const effects: Effect[] = []
    if (step >= 0xc0) {
      nowMs += size
      effects.push(...node.silent(nowMs))
      assert.ok(effects.every((effect) => effect.kind === 'refuse' || effect.kind === 'close'))
    } else if (step >= 0x80) {
      node.answered(corrId)
      serving.delete(corrId)
    } else {
      const frame = frameOf(corrId, step, size)
      if (has(frame, flag.REQ)) seen.set(corrId, [...(seen.get(corrId) ?? []), frame])
      effects.push(...node.frame(frame, nowMs))
      for (const effect of effects) check(effect, frame, seen.get(corrId) ?? [], serving)
      if (size % 2 === 1 && effects.some((effect) => effect.kind === 'opened')) {
        const excess = node.refuse(frame)
        if (excess === null) serving.add(corrId)
        else effects.push(excess)
      }
    }
    assert.ok(!closed || effects.length === 0, 'an effect after the connection was closed')
    closed ||= effects.some((effect) => effect.kind === 'close')
    const { inFlight, discarding, heldBytes } = node.tally
    assert.ok(inFlight >= serving.size && inFlight <= limits.inFlightMax, `${inFlight} in flight`)
    assert.ok(discarding >= 0 && discarding <= limits.discardingMax, `${discarding} discarding`)
    assert.ok(heldBytes >= 0 && heldBytes <= limits.heldBytesMax, `${heldBytes} bytes held`)
  }
  if (closed) return
  endAll(node, nowMs)
  assert.deepEqual(node.tally, { inFlight: 0, discarding: 0, heldBytes: 0 })
}

function check(effect: Effect, frame: Frame, history: readonly Frame[], serving: Set<bigint>): void {
  if (effect.kind === 'acknowledge') assert.ok(has(frame, flag.ACK_REQ))
  if (effect.kind === 'acknowledged') assert.ok(serving.has(frame.corrId))
  if (effect.kind !== 'serve') return
  const { head, parts } = effect.request
  const last = history.slice(-parts.length)
  assert.ok(!serving.has(frame.corrId), 'served while another request of the same corr_id was')
  assert.equal(last[0], head)
  assert.deepEqual(
    parts.map((part) => part.bytes),
    last.map((one) => one.payload),
  )
  assert.ok(
    parts.length === 1 || (has(head, flag.START) && has(frame, flag.END)),
    'a stream without its ends',
  )
  serving.add(frame.corrId)
}

function frameOf(corrId: bigint, step: number, size: number): Frame {
  const place = places[(step >> 3) % 4] ?? 0
  const more = step >= 0x60 ? flag.COMP : step >= 0x40 ? flag.ACK_REQ : 0
  const kind = step >= 0x20 && step < 0x40 ? flag.RESP : flag.REQ
  const payload = new Uint8Array(size * 5)
  return {
    flags: kind | place | more,
    code: 202,
    appProtoId: 1,
    tenant: noTenant,
    corrId,
    cap: noBytes,
    payload,
  }
}

/** Every stream is given its END and every request its answer. */
function endAll(node: Requests, nowMs: number): void {
  for (let corrId = 0n; corrId < BigInt(corrIds); corrId++) {
    node.answered(corrId)
    node.frame(frameOf(corrId, 0x10, 0), nowMs)
    node.answered(corrId)
  }
}
