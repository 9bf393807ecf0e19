import assert from 'node:assert/strict'
import { test } from 'node:test'
import { add } from './field.ts'
import { compress, permute, schedule } from './poseidon2.ts'
import { digestFrom, leafOf } from './tree.ts'

/** Of Plonky3, koala-bear/src/poseidon2.rs, for the default permutation of width 16. */
const published = {
  input: [
    894848333, 1437655012, 1200606629, 1690012884, 71131202, 1749206695, 1717947831, 120589055, 19776022,
    42382981, 1831865506, 724844064, 171220207, 1299207443, 227047920, 1783754913,
  ],
  output: [
    1934285469, 604889435, 133449501, 1026180808, 1830659359, 176667110, 1391183747, 351743874, 1238264085,
    1292768839, 2023573270, 1201586780, 1360691759, 1230682461, 748270449, 651545025,
  ],
}

test('the permutation makes of the published input what is published', () => {
  assert.deepEqual(permute(published.input), published.output)
})

test('the constants are the published ones, at the beginning, in the middle and at the end', () => {
  const constants = schedule.flatMap((round) => round.constants)
  assert.equal(constants.length, 2 * 64 + 20)
  assert.deepEqual([constants[0], constants[64], constants[83]], [0x7ee56a48, 0x54dfeb5d, 0x1e66cec2])
  assert.deepEqual([constants[84], constants[147]], [0x43e7dc24, 0x3466c7ca])
})

test('what went in is added to what comes out, or the hash could be run backwards', () => {
  const { input, output } = published
  assert.deepEqual(
    compress(input),
    input.slice(0, 8).map((value, at) => add(value, output[at] ?? 0)),
  )
})

test('every bit of an event counts, and no event is two nodes', () => {
  const event = new Uint8Array(32)
  const leaves = Array.from({ length: 256 }, (_, bit) => {
    const changed = event.slice()
    changed[bit >> 3] = 1 << (bit & 7)
    return leafOf(changed).join()
  })
  assert.equal(new Set([leafOf(event).join(), ...leaves]).size, 257)
  const zeros = Array.from({ length: 16 }, () => 0)
  assert.notDeepEqual(leafOf(event), compress(zeros))
  assert.deepEqual(leafOf(event), compress(zeros.map(() => 65_536)))
})

test('a digest is read big-endian, four bytes an element', () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, at) => (at % 4 === 3 ? at : 0))
  assert.deepEqual(digestFrom(bytes), [3, 7, 11, 15, 19, 23, 27, 31])
})
