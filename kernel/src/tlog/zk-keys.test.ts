import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TlogError } from './error.ts'
import { parseZkKeys, zkKeysText } from './zk-keys.ts'

const keys = {
  origin: 'localhost/audit/zk',
  verifier: 'node "one"\nof two',
  pins: [`quota-compliance@b3:${'a'.repeat(64)}`, `audit-inclusion@b3:${'0'.repeat(64)}`],
}

test('what is written is read back, whatever the verifier is named', () => {
  assert.deepEqual(parseZkKeys(zkKeysText(keys)), keys)
  assert.equal(zkKeysText(keys).split('\n').length, 5)
  assert.deepEqual(parseZkKeys(zkKeysText({ ...keys, pins: [] })).pins, [])
})

test('a text that says anything else is none', () => {
  const text = zkKeysText(keys)
  for (const other of [
    '',
    'a\n',
    text.replace('verifier', 'prover'),
    text.replace('@b3:a', '@b3:A'),
    `${text}x\n`,
  ])
    assert.throws(() => parseZkKeys(other), TlogError, other)
})
