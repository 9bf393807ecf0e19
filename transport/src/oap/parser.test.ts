import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { concatBytes, fromHex } from './bytes.ts'
import { arbitraryFrame } from './frames.arbitrary.ts'
import { encodeFrame, flag, frameBytesMax, headerBytes, noTenant, type Frame } from './frame.ts'
import { golden } from './golden.fixture.ts'
import { parseByHand } from './parser.oracle.ts'
import { FrameParser, type Parsed } from './parser.ts'

/** Pushes the bytes in pieces that end at `cuts`. */
function parseInPieces(
  bytes: Uint8Array,
  cuts: readonly number[],
  lengthMax = frameBytesMax,
): Parsed & { partial: boolean } {
  const parser = new FrameParser(lengthMax)
  const frames: Frame[] = []
  let fault: Parsed['fault'] = null
  let from = 0
  for (const to of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    const parsed = parser.push(bytes.slice(from, to))
    frames.push(...parsed.frames)
    fault = parsed.fault
    from = to
  }
  return { frames, fault, partial: parser.partial }
}

const cutsOf = (bytes: Uint8Array) => fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 })

/** Several frames as bytes, sometimes with a byte changed or the end missing. */
const stream = fc
  .record({
    frames: fc.array(arbitraryFrame(), { minLength: 1, maxLength: 6 }),
    change: fc.option(fc.record({ at: fc.nat({ max: 99 }), byte: fc.nat({ max: 255 }) }), { freq: 2 }),
    keep: fc.double({ min: 0, max: 1, noNaN: true }),
    whole: fc.boolean(),
  })
  .map(({ frames, change, keep, whole }) => {
    const bytes = concatBytes(frames.map(encodeFrame)).slice()
    if (change !== null && change.at < bytes.length) bytes[change.at] = change.byte
    return whole ? bytes : bytes.slice(0, Math.floor(keep * bytes.length))
  })

test('golden frames come back as they were made', () => {
  const { frames, fault, partial } = parseInPieces(fromHex(golden.map((one) => one.hex).join('')), [])
  assert.deepEqual(
    frames.map(plainBytes),
    golden.map((one) => plainBytes(one.frame)),
  )
  assert.deepEqual([fault, partial], [null, false])
})

test('whatever is encoded is parsed as it was, in any split', () => {
  const cases = fc.array(arbitraryFrame(), { maxLength: 6 }).chain((frames) => {
    const bytes = concatBytes(frames.map(encodeFrame))
    return fc.tuple(fc.constant(frames), fc.constant(bytes), cutsOf(bytes))
  })
  fc.assert(
    fc.property(cases, ([sent, bytes, cuts]) => {
      const { frames, fault, partial } = parseInPieces(bytes, cuts)
      assert.deepEqual(frames.map(plainBytes), sent.map(plainBytes))
      assert.deepEqual([fault, partial], [null, false])
    }),
  )
})

test('good and bad bytes in any split give what the naive twin reads from the whole', () => {
  const cases = stream.chain((bytes) => fc.tuple(fc.constant(bytes), cutsOf(bytes)))
  fc.assert(
    fc.property(cases, ([bytes, cuts]) => {
      const parsed = parseInPieces(bytes, cuts, 300)
      const expected = parseByHand(bytes, 300)
      assert.deepEqual(parsed.frames.map(plainBytes), expected.frames.map(plainBytes))
      assert.equal(parsed.fault?.reason ?? null, expected.fault)
      assert.equal(parsed.partial, expected.partial)
    }),
    { numRuns: 500 },
  )
})

test('frames truncated at every byte are partial and give no frame', () => {
  for (const { hex } of golden) {
    const bytes = fromHex(hex)
    for (let length = 1; length < bytes.length; length++) {
      const { frames, fault, partial } = parseInPieces(bytes.subarray(0, length), [])
      assert.deepEqual([frames.length, fault, partial], [0, null, true])
    }
  }
})

test('frames pushed byte by byte arrive', () => {
  const bytes = fromHex(golden.map((one) => one.hex).join(''))
  const { frames } = parseInPieces(bytes, [...bytes.keys()])
  assert.equal(frames.length, golden.length)
})

test('frames before a fault are given and bytes after it are not read', () => {
  const good = fromHex(golden[0]?.hex ?? '')
  const bad = good.slice()
  bad[5] = 9
  const parser = new FrameParser()
  const first = parser.push(concatBytes([good, bad, good]))
  assert.deepEqual([first.frames.length, first.fault?.reason, first.fault?.corrId], [1, 'version', 42n])
  const later = parser.push(good)
  assert.deepEqual([later.frames.length, later.fault], [0, first.fault])
})

test('a header that promises a megabyte takes no memory until bytes arrive', () => {
  const header = encodeFrame(request(new Uint8Array(frameBytesMax - headerBytes))).slice(0, headerBytes)
  const parsers: FrameParser[] = []
  const before = process.memoryUsage().arrayBuffers
  for (let count = 0; count < 256; count++) {
    const parser = new FrameParser()
    parser.push(header)
    parser.push(new Uint8Array(10))
    parsers.push(parser)
  }
  assert.ok(parsers.every((parser) => parser.partial))
  assert.ok(
    process.memoryUsage().arrayBuffers - before < 2 ** 20,
    'memory followed the promise, not the bytes',
  )
})

test('frames keep their bytes when the carrier reuses or loses its buffer', () => {
  const bytes = encodeFrame(request(new Uint8Array([1, 2, 3])))
  const memory = new ArrayBuffer(bytes.length)
  const buffer = new Uint8Array(memory)
  buffer.set(bytes)
  const parser = new FrameParser()
  const [frame] = parser.push(buffer).frames
  parser.push(buffer.subarray(0, 40))
  structuredClone(memory, { transfer: [memory] })
  const [second] = parser.push(new Uint8Array([3])).frames
  assert.deepEqual(frame?.payload, new Uint8Array([1, 2, 3]))
  assert.deepEqual(second?.payload, new Uint8Array([1, 2, 3]))
})

test('the largest frame is taken and one byte more is a fault', () => {
  const largest = encodeFrame(request(new Uint8Array(frameBytesMax - headerBytes)))
  assert.equal(
    parseInPieces(largest, [100, 65_536, 500_000]).frames[0]?.payload.length,
    frameBytesMax - headerBytes,
  )
  largest[3] = 1
  assert.deepEqual(parseInPieces(largest, []).fault?.code, 'TooLarge')
})

test('a parser may be told a lower limit and never a higher one', () => {
  const bytes = encodeFrame(request(new Uint8Array(100)))
  assert.equal(parseInPieces(bytes, [], 138).frames.length, 1)
  assert.equal(parseInPieces(bytes, [], 137).fault?.reason, 'length')
  for (const limit of [frameBytesMax + 1, 37, 0, -1, 100.5, Number.NaN]) {
    assert.throws(() => new FrameParser(limit), RangeError)
  }
})

function request(payload: Uint8Array): Frame {
  return {
    flags: flag.REQ,
    code: 1,
    appProtoId: 1,
    tenant: noTenant,
    corrId: 1n,
    cap: new Uint8Array(0),
    payload,
  }
}

/** Byte arrays by value, whichever buffer they lie in. */
function plainBytes(frame: Frame) {
  return { ...frame, cap: [...frame.cap], payload: [...frame.payload] }
}
