import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zkOutcome, type ZkWorld } from './zk.ts'

const witness = '{"key":7,"epoch":20260,"used":41,"blinding":9,"limit":100}'
const world = (input: string): ZkWorld => ({
  readInput: async () => input,
  files: { read: async (path) => (path === '/w.json' ? Buffer.from(input) : null) },
  chance: (length) => new Uint8Array(length).fill(3),
})
const prove = (changed: Partial<{ circuit: string; witness: string; nonce: string }> = {}, input = witness) =>
  zkOutcome(
    {
      ...{
        name: 'zk prove',
        circuit: 'quota-compliance',
        witness: '-',
        verifier: 'micro',
        nonce: '0a'.repeat(16),
      },
      ...changed,
    },
    world(input),
  )

test('the circuits are listed as a node pins them', async () => {
  const { text, exitCode } = await zkOutcome({ name: 'zk circuits' }, world(''))
  assert.equal(exitCode, 0)
  for (const line of text.split('\n')) assert.match(line, /^[a-z-]+@b3:[0-9a-f]{64}$/)
})

test('a proof comes with the inputs and the nonce that the verifier is to be asked with', async () => {
  const { exitCode, json, text } = await prove()
  assert.equal(exitCode, 0)
  const { inputs, nonce, proof } = Object(json)
  assert.deepEqual([inputs.length, BigInt(`0x${inputs[1]}`), nonce], [3, 100n, '0a'.repeat(16)])
  assert.equal(Buffer.from(proof, 'base64').length, 192)
  assert.match(text, /^input {2}[0-9a-f]{64}\n/)
  // What a caveat has to pin is not said again.
  assert.match(text, /\nheader ZK-Proof: (0a){16} [\w-]{256};root=0x[0-9a-f]{64};epoch=0x0+4f24$/)
  assert.deepEqual((await prove({ witness: '/w.json' })).json, json)
})

test('what cannot be proven is said, and nothing of the witness with it', async () => {
  const cases: [Promise<{ exitCode: number; text: string }>, RegExp][] = [
    [prove({ circuit: 'nothing' }), /no circuit nothing; there are quota-compliance/],
    [prove({ nonce: '00' }), /--nonce is 16 bytes/],
    [prove({ witness: '/none' }), /no file \/none/],
    [prove({}, '{"key": 987654321'), /no JSON/],
    [prove({}, witness.replace('100', '41')), /does not hold/],
    [prove({}, witness.replace('7', '"987654321x"')), /key is a whole number/],
  ]
  for (const [outcome, message] of cases) {
    const { exitCode, text } = await outcome
    assert.equal(exitCode, 1)
    assert.match(text, message)
    assert.doesNotMatch(text, /987654321/)
  }
})

test('a STARK is proven of events and the one that is shown, and has no header', async () => {
  const events = ['11', '22', 'b3:33'].map((digits) => digits + digits.slice(-2).repeat(31))
  const shown = async (witness: object) =>
    prove({ circuit: 'audit-inclusion-stark' }, JSON.stringify(witness))
  const { exitCode, json, text } = await shown({ events, index: 1 })
  assert.equal(exitCode, 0, text)
  const { inputs, proof, header } = Object(json)
  assert.deepEqual([inputs.length, inputs[1], header], [2, '22'.repeat(32), undefined])
  assert.equal(Buffer.from(proof, 'base64').length, 65_620)
  for (const [witness, fault] of [
    [{ events, index: 3 }, /there are 3 events, and no event 3/],
    [{ events: ['11'], index: 0 }, /an event is a hash of 32 bytes/],
    [{ events: {}, index: 0 }, /events are a list/],
    [{ events, index: 0, path: [] }, /no field path/],
  ] as const) {
    const refused = await shown(witness)
    assert.equal(refused.exitCode, 1)
    assert.match(refused.text, fault)
  }
})
