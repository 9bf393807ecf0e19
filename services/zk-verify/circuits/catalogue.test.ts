import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { verifyingKey } from '../proving/groth16.ts'
import { developmentTrapdoor, samples } from '../proving/publish.ts'
import { seeded } from '../proving/trapdoor.ts'
import { openGroth16 } from '../snark/groth16.ts'
import { holds } from '../snark/groth16.oracle.ts'
import { weightBytes } from '../snark/verifier.ts'
import { catalogue } from './catalogue.ts'
import { hashOf } from './pinned.ts'

const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))

test('no two circuits have the same name or the same domain', () => {
  assert.equal(new Set(catalogue.map(({ id }) => id)).size, catalogue.length)
  assert.equal(new Set(catalogue.map(({ domain }) => domain)).size, catalogue.length)
})

for (const { id, published } of catalogue) {
  const key = fromBase64(published.key)
  const claim = { proof: fromBase64(published.proof), inputs: published.inputs.map(fromBase64) }

  test(`the published proof of ${id} holds under its published key, and so says the oracle`, async () => {
    const verifier = await openGroth16(key)
    assert.deepEqual(verifier.verify([claim], new Uint8Array(weightBytes).fill(1)), [null])
    assert.equal(holds(key, claim), true)
  })

  test(`the key of ${id} is the one that its seed makes, whatever the witness`, () => {
    const circuit = samples[id](seeded('anything'), 9n)
    assert.deepEqual(verifyingKey(circuit, developmentTrapdoor(id)), key)
  })

  test(`the documentation pins ${id} to the key that is published`, () => {
    const text = readFileSync(new URL('../../../../docs/ZK.md', import.meta.url), 'utf8')
    assert.ok(text.includes(`${id}@${hashOf(key)}`), `docs/ZK.md does not say ${id}@${hashOf(key)}`)
  })
}
