import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parameters } from '../stark/parameters.ts'
import { looks } from '../systems/looks.ts'
import { openVerifier } from '../systems/open.ts'
import { catalogue } from './catalogue.ts'
import { experimental } from './experimental.ts'
import { hashOf } from './pinned.ts'

const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))

test('no two circuits have the same name or the same domain, experimental or not', () => {
  const all = [...catalogue, ...experimental]
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length)
  assert.equal(new Set(all.map(({ domain }) => domain)).size, all.length)
  assert.deepEqual(
    all.map(({ system }) => looks[system].experimental),
    all.map((circuit) => experimental.includes(circuit)),
  )
})

for (const { id, system, published } of experimental) {
  const key = fromBase64(published.key)

  test(`the published proof of ${id} holds under its published key, which is the parameters`, async () => {
    assert.equal(Buffer.from(key).toString(), parameters)
    const verifier = await openVerifier({ system, key })
    const claim = { proof: fromBase64(published.proof), inputs: published.inputs.map(fromBase64) }
    assert.deepEqual(verifier.verify([claim], new Uint8Array(0)), [null])
  })

  test(`the documentation pins ${id} to the key that is published`, () => {
    const text = readFileSync(new URL('../../../../docs/STARK.md', import.meta.url), 'utf8')
    assert.ok(text.includes(`${id}@${hashOf(key)}`), `docs/STARK.md does not say ${id}@${hashOf(key)}`)
  })
}
