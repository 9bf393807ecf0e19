import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { system } from '../testing.ts'
import { catalogue } from './circuits/catalogue.ts'
import type { Circuit } from './circuits/circuit.ts'
import { hashOf, type PinnedCircuit } from './circuits/pinned.ts'
import type { Batch } from './batches/desk.ts'
import { selfTest } from './self-test.ts'
import type { Verdict } from './snark/verifier.ts'
import { Verifying } from './verifying.ts'

const [circuit] = catalogue
assert.ok(circuit)
const key = Uint8Array.from(Buffer.from(circuit.published.key, 'base64'))
const one: PinnedCircuit = { circuit, key, keyHash: hashOf(key) }
const workerUrl = new URL('zk-verify.worker.js', import.meta.url).href
// Neither a pool nor a clock keeps a process alive.
const alive = setInterval(() => {}, 1_000)
after(() => clearInterval(alive))

const settings = {
  experimental: false,
  verifier: 'v',
  workers: 1,
  batchMax: 4,
  batchWaitMs: 1,
  waitingMax: 4,
}

/** What a node with this one circuit, pinned as it is, says against it. */
async function opened(of: Circuit): Promise<string | null> {
  const pin = `${of.id}@${hashOf(Buffer.from(of.published.key, 'base64'))}`
  const verifying = await Verifying.open({ ...settings, circuits: [pin] }, [of], { ...system, workerUrl })
  await verifying.stop()
  assert.equal(verifying.circuits.size, verifying.refused.length === 0 ? 1 : 0)
  return verifying.refused[0]?.because ?? null
}

const changed = (text: string, at: number) => {
  const bytes = Buffer.from(text, 'base64')
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes.toString('base64')
}

test('a circuit whose proofs are told apart is open', async () => {
  assert.equal(await opened(circuit), null)
})

test('a circuit whose good proof does not hold under its key is closed', async () => {
  const [first = '', ...others] = circuit.published.inputs
  const published = { ...circuit.published, inputs: [changed(first, 31), ...others] }
  assert.match(
    (await opened({ ...circuit, published })) ?? '',
    /refused a proof that is good in a batch \(equation\)/,
  )
})

test('a circuit whose pinned key is no key is closed, and the others are not its business', async () => {
  const published = { ...circuit.published, key: changed(circuit.published.key, 20) }
  assert.match(
    (await opened({ ...circuit, published })) ?? '',
    /could not be run: alpha of the verifying key/,
  )
})

test('a verifier that takes everything fails, and so does one that refuses everything', async () => {
  const right: Verdict[] = [null, 'equation']
  const said = async (batch: Verdict[], alone: Verdict[] = right) => {
    const left = [...alone]
    const verify = async ({ claims }: Batch) => (claims.length === 1 ? left.splice(0, 1) : batch)
    return (await selfTest(one, { weights: (length) => new Uint8Array(length), verify })) ?? ''
  }
  assert.equal(await said(right), '')
  assert.match(await said([null, null]), /took a proof that is bad in a batch \(valid\)/)
  assert.match(await said(['equation', 'equation']), /refused a proof that is good in a batch/)
  assert.match(await said([null, 'point']), /took a proof that is bad in a batch \(point\)/)
  assert.match(await said(right, [null, null]), /took a proof that is bad alone \(valid\)/)
  assert.match(await said(right, ['point', 'equation']), /refused a proof that is good alone \(point\)/)
})
