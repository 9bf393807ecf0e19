import assert from 'node:assert/strict'
import { test } from 'node:test'
import { productsKey } from '../proving/products.fixture.ts'
import { parameters } from '../stark/parameters.ts'
import type { Circuit } from './circuit.ts'
import { hashOf, pinned } from './pinned.ts'

const circuit: Circuit = {
  id: 'products',
  summary: 'Two numbers have a product and a sum.',
  system: 'groth16-bls12-381',
  inputs: ['product', 'sum'],
  domain: 'test/products/1',
  batchMax: 8,
  published: { key: Buffer.from(productsKey).toString('base64'), proof: '', inputs: [] },
}
const hash = hashOf(productsKey)
const because = (pin: string, from: Circuit = circuit) => pinned([pin], [from]).refused[0]?.because

test('a circuit is open whose key is the one its pin names', () => {
  const { circuits, refused } = pinned([`products@${hash}`], [circuit])
  assert.deepEqual(refused, [])
  assert.deepEqual(circuits, [{ circuit, key: productsKey, keyHash: hash }])
})

test('a circuit that nobody pinned is not there', () => {
  assert.deepEqual(pinned([], [circuit]), { circuits: [], refused: [] })
})

test('a key whose hash is not the pinned one is refused, with both hashes and what to do', () => {
  const other = `b3:${'0'.repeat(64)}`
  const said = because(`products@${other}`) ?? ''
  assert.ok(said.startsWith('zk-verify.circuits: products is pinned to '), said)
  for (const part of [other, hash, 'run a build with the pinned key']) assert.ok(said.includes(part), said)
})

test('one byte of a key changes its hash', () => {
  const changed = Uint8Array.from(productsKey, (byte, at) => (at === 500 ? byte ^ 1 : byte))
  const published = { ...circuit.published, key: Buffer.from(changed).toString('base64') }
  assert.match(
    because(`products@${hash}`, { ...circuit, published }) ?? '',
    /but the verifying key of this build/,
  )
})

test('a circuit of an experimental proof system is refused until the settings say that this is known', () => {
  const key = Buffer.from(parameters)
  const stark: Circuit = {
    ...circuit,
    system: 'stark-koalabear-fri',
    published: { key: key.toString('base64'), proof: '', inputs: [] },
  }
  const pins = [`products@${hashOf(key)}`]
  assert.match(
    because(pins[0] ?? '', stark) ?? '',
    /experimental proof system; set zk-verify\.experimental=true/,
  )
  assert.equal(pinned(pins, [stark], true).circuits.length, 1)
  assert.match(
    pinned(
      [`products@${hashOf(Buffer.from('x'))}`],
      [{ ...stark, published: { ...stark.published, key: 'eA==' } }],
      true,
    ).refused[0]?.because ?? '',
    /1 bytes, which are not the parameters/,
  )
})

test('what is no pin, names no circuit or names one twice is refused by its name', () => {
  assert.match(because('products') ?? '', /not NAME@b3:HASH/)
  assert.match(because(`products@b3:${'A'.repeat(64)}`) ?? '', /not NAME@b3:HASH/)
  assert.match(because(`quotients@${hash}`) ?? '', /no circuit quotients; it has products/)
  const twice = pinned([`products@${hash}`, `products@${hash}`], [circuit])
  assert.deepEqual([twice.circuits.length, twice.refused.length], [1, 1])
  assert.match(twice.refused[0]?.because ?? '', /products is named twice/)
})

test('a key for another number of inputs than the circuit has is refused, even when it is the pinned one', () => {
  assert.match(
    because(`products@${hash}`, { ...circuit, inputs: ['product'] }) ?? '',
    /is for 3 public inputs, but the circuit has 2/,
  )
  const short = productsKey.subarray(1)
  const published = { ...circuit.published, key: Buffer.from(short).toString('base64') }
  assert.match(
    because(`products@${hashOf(short)}`, { ...circuit, published }) ?? '',
    /a verifying key of 527 bytes/,
  )
})
