import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  joinCap,
  parsePresentation,
  presentationCharsMax,
  presentationText,
  splitCap,
} from './presentation.ts'
import { statementsMax } from './zk-caveat.ts'

const nonce = '00112233445566778899aabbccddeeff'
const presentation = {
  nonce,
  proofs: [
    { proof: Uint8Array.of(1, 2, 3), inputs: [{ input: 'commitment', value: '0x2a' }] },
    { proof: new Uint8Array(192).fill(7), inputs: [] },
  ],
}
const text = presentationText(presentation)

test('a nonce and proofs read back as they were written', () => {
  assert.match(text, /^00112233445566778899aabbccddeeff AQID;commitment=0x2a [A-Za-z0-9_-]{256}$/)
  assert.deepEqual(parsePresentation(text), presentation)
})

test('what is no nonce with one to four proofs is refused, and not repeated', () => {
  for (const wrong of [
    '',
    nonce,
    `${nonce} `,
    `${nonce}  AQID`,
    ` ${nonce} AQID`,
    `${nonce.toUpperCase()} AQID`,
    `${nonce.slice(2)} AQID`,
    `${nonce} SECRET!`,
    `${nonce} AQID;`,
    `${nonce} AQID;a`,
    `${nonce} AQID;a=1;a=2`,
    `${nonce} ;a=1`,
    `${nonce} AQID,AQID`,
    [nonce, ...Array.from({ length: statementsMax + 1 }, () => 'AQID')].join(' '),
    `${nonce} ${'A'.repeat(presentationCharsMax)}`,
  ]) {
    assert.throws(
      () => parsePresentation(wrong),
      (error: Error) => error.name === 'MacaroonError' && !/SECRET|AQID/.test(error.message),
      wrong.slice(0, 60),
    )
  }
})

test('a cap field carries both, and a token alone is itself', () => {
  const token = Uint8Array.of(2, 9, 9)
  assert.deepEqual(splitCap(joinCap(text, token)), { presentation: text, token })
  assert.equal(joinCap(null, token), token)
  assert.deepEqual(splitCap(token), { presentation: null, token })
  const empty = new Uint8Array(0)
  assert.deepEqual(splitCap(empty), { presentation: null, token: empty })
  assert.deepEqual(splitCap(joinCap(text, empty)), { presentation: text, token: empty })
})

test('a cap field that breaks off is a token, which it is none', () => {
  const cap = joinCap('abc', new Uint8Array(0))
  for (let length = 1; length < cap.length; length++) {
    const cut = cap.subarray(0, length)
    assert.deepEqual(splitCap(cut), length < 3 ? splitCap(cut) : { presentation: null, token: cut })
  }
  assert.equal(splitCap(cap.subarray(0, 2)).presentation, null)
})
