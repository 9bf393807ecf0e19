import assert from 'node:assert/strict'
import { test } from 'node:test'
import { published } from '../circuits/audit-inclusion-stark.published.ts'
import { at } from '../stark/layout.ts'
import { looks } from './looks.ts'

const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))
const good = { proof: fromBase64(published.proof), inputs: published.inputs.map(fromBase64) }
const { claimFault } = looks['stark-koalabear-fri']
const withByte = (offset: number) => good.proof.map((byte, place) => (place === offset ? byte ^ 1 : byte))

test('a STARK whose nonce was not ground for what it says and for these inputs is refused before a worker has it', () => {
  assert.equal(claimFault(good, 3), null)
  for (const offset of [0, at.columnsAtZ, at.segmentsAtZ, at.final, at.nonce])
    assert.equal(claimFault({ ...good, proof: withByte(offset) }, 3), 'equation', `byte ${offset}`)
  const [root, event, context] = good.inputs
  assert.ok(root !== undefined && event !== undefined && context !== undefined)
  const other = context.map((byte, place) => (place === 31 ? byte ^ 1 : byte))
  assert.equal(claimFault({ ...good, inputs: [root, event, other] }, 3), 'equation')
})

test('what takes arithmetic to be told from a proof is left to a worker', () => {
  assert.equal(claimFault({ ...good, proof: withByte(at.openings) }, 3), null)
})
