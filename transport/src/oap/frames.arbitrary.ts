/** Arbitrary frames for property tests: every legal header, and payloads short enough to try many. */

import fc from 'fast-check'
import { flag, type Frame } from './frame.ts'

const kind = fc.constantFrom(flag.REQ, flag.RESP, flag.EVENT)
const others = fc.integer({ min: 0, max: 0x1f }).map((bits) => bits * flag.START)
const u16 = fc.integer({ min: 0, max: 0xffff })

export function arbitraryFrame(payloadMax = 200): fc.Arbitrary<Frame> {
  return fc.tuple(kind, others).chain(([one, more]) =>
    fc.record({
      flags: fc.constant(one | more),
      code: u16,
      appProtoId: u16,
      tenant: fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map((id) => id.toString(16).padStart(32, '0')),
      corrId: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      cap: fc.uint8Array({ maxLength: (more & flag.START) === 0 ? 0 : 40 }),
      payload: fc.uint8Array({ maxLength: payloadMax }),
    }),
  )
}
