import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { bindingContext, type Binding } from './binding.ts'
import { order } from './proving/field.ts'
import { isScalar } from './snark/encoding.ts'

const binding: Binding = {
  domain: 'ron/zk/test/1',
  keyHash: `b3:${'ab'.repeat(32)}`,
  verifier: 'ron-node',
  nonce: new Uint8Array(16).fill(7),
}
const hex = (of: Binding) => Buffer.from(bindingContext(of)).toString('hex')

test('a context is the hash of four fields with their lengths, reduced into the field', () => {
  const bytes = Buffer.concat([
    Buffer.from('0000000d', 'hex'),
    Buffer.from('ron/zk/test/1'),
    Buffer.from('00000020', 'hex'),
    Buffer.alloc(32, 0xab),
    Buffer.from('00000008', 'hex'),
    Buffer.from('ron-node'),
    Buffer.from('00000010', 'hex'),
    Buffer.alloc(16, 7),
  ])
  const expected = BigInt(`0x${createHash('sha512').update(bytes).digest('hex')}`) % order
  assert.equal(hex(binding), expected.toString(16).padStart(64, '0'))
})

test('whatever is bound, the context is a public input', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.uint8Array({ maxLength: 64 }), (domain, verifier, nonce) => {
      assert.ok(isScalar(bindingContext({ ...binding, domain, verifier, nonce })))
    }),
    { seed: 1 },
  )
})

test('another domain, key, verifier or nonce is another context, also where two fields read the same as one', () => {
  const contexts = [
    binding,
    { ...binding, domain: 'ron/zk/test/2' },
    { ...binding, keyHash: `b3:${'ac'.repeat(32)}` },
    { ...binding, verifier: 'ron-nod' },
    { ...binding, verifier: 'ron-nod', nonce: Uint8Array.of(0x65, ...binding.nonce) },
    { ...binding, nonce: new Uint8Array(16).fill(8) },
    { ...binding, nonce: new Uint8Array(17).fill(7) },
  ].map(hex)
  assert.equal(new Set(contexts).size, contexts.length)
})
