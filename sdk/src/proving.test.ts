import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCaveat } from '@ron/transport/macaroon/caveats'
import { provingWith } from './proving.ts'

const witness = () => ({ key: 7, epoch: 20_260, used: 41, blinding: 9, limit: 100 })

function toProve(...caveats: string[]) {
  const statements = caveats.flatMap((text) => {
    const caveat = parseCaveat(text)
    return caveat.name === 'zk' ? [caveat.statement] : []
  })
  return { statements, verifier: 'node-a', nonce: '00112233445566778899aabbccddeeff' }
}

test('a proof comes with the inputs that the caveat leaves open', async () => {
  const prove = provingWith({ 'quota-compliance': witness })
  const [proof] = await prove(toProve('zk = quota-compliance:limit=100,epoch=0x4f24'))
  assert.equal(proof?.proof.length, 192)
  assert.deepEqual(
    proof.inputs.map(({ input }) => input),
    ['root'],
  )
})

test('a witness that shows something else than was asked for is not proven', () => {
  const prove = provingWith({ 'quota-compliance': witness })
  assert.throws(
    () => prove(toProve('zk = quota-compliance:limit=99')),
    /makes limit 0x0+64, and .* asks for 99/,
  )
  assert.throws(() => prove(toProve('zk = audit-inclusion')), /a proof of audit-inclusion; name its witness/)
  assert.throws(() => prove(toProve('zk = colours')), /no development key for circuit colours/)
})
