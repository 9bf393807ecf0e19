import assert from 'node:assert/strict'
import { test } from 'node:test'
import { circuitsComeFromBundles } from './circuits-rule.ts'
import type { Source } from './problems.ts'

const pins = ['quota-compliance@b3:00']
const complaints = (source: Source, signers: string[], value: string[] = pins) =>
  circuitsComeFromBundles({ signers }, new Map([['zk-verify.circuits', { value, source }]])).map(
    ({ kind, key }) => `${kind} ${key}`,
  )

test('on a node that takes signed bundles no other source names circuits', () => {
  const refused = ['conflict zk-verify.circuits']
  const signers = ['alice.pem.pub']
  assert.deepEqual(complaints({ kind: 'env', name: 'MACRO_ZK_VERIFY_CIRCUITS' }, signers), refused)
  assert.deepEqual(complaints({ kind: 'file', path: '/etc/ron.toml' }, signers), refused)
  assert.deepEqual(complaints({ kind: 'flag', flag: '--set' }, signers), refused)
  assert.deepEqual(complaints({ kind: 'bundle', version: 1, part: 'circuits.toml' }, signers), [])
  assert.deepEqual(complaints({ kind: 'default' }, signers, []), [])
  assert.deepEqual(complaints({ kind: 'env', name: 'MACRO_ZK_VERIFY_CIRCUITS' }, signers, []), [])
})

test('a node that takes no bundles names its circuits itself', () => {
  assert.deepEqual(complaints({ kind: 'env', name: 'MICRO_ZK_VERIFY_CIRCUITS' }, []), [])
})
