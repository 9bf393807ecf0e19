import assert from 'node:assert/strict'
import test from 'node:test'
import { exposure } from './exposure.ts'
import { complaints, good } from './reading.fixture.ts'

test('an admin surface on loopback is open to this machine', () => {
  for (const address of ['127.0.0.1:0', '127.9.9.9:9090', '[::1]:0', 'localhost:9090']) {
    const { admin } = exposure(good({ env: { MICRO_METRICS_ADDR: address } }))
    assert.deepEqual([admin.loopback, admin.demandsCapability], [true, false], address)
  }
})

test('an admin surface that others can reach demands a capability', () => {
  for (const address of ['0.0.0.0:0', '[::]:0', '10.1.2.3:9090', 'node-1:9090']) {
    const { admin } = exposure(good({ env: { MICRO_METRICS_ADDR: address } }))
    assert.deepEqual([admin.loopback, admin.demandsCapability], [false, true], address)
  }
})

test('admin.capability=always demands one on loopback too', () => {
  assert.equal(exposure(good({ env: { MICRO_ADMIN_CAPABILITY: 'always' } })).admin.demandsCapability, true)
})

test('admin.capability=never is for loopback alone: elsewhere the node does not start', () => {
  assert.equal(exposure(good({ env: { MICRO_ADMIN_CAPABILITY: 'never' } })).admin.demandsCapability, false)
  const env = { MICRO_ADMIN_CAPABILITY: 'never', MICRO_METRICS_ADDR: '0.0.0.0:9090' }
  const [complaint, ...others] = complaints({ env })
  assert.match(complaint ?? '', /MICRO_METRICS_ADDR=0\.0\.0\.0:9090 can be reached from other machines/)
  assert.deepEqual(others, [])
})

test('drills are for loopback unless the operator says otherwise', () => {
  const allowed = (env: Readonly<Record<string, string>>) => exposure(good({ env })).admin.allowsChaos
  assert.equal(allowed({}), true)
  assert.equal(allowed({ MICRO_METRICS_ADDR: '0.0.0.0:0' }), false)
  assert.equal(allowed({ MICRO_METRICS_ADDR: '0.0.0.0:0', MICRO_ADMIN_CHAOS: 'always' }), true)
  assert.equal(allowed({ MICRO_ADMIN_CHAOS: 'never' }), false)
})

test('the node surface demands a capability wherever it listens', () => {
  for (const address of ['127.0.0.1:0', '0.0.0.0:8080']) {
    const { node } = exposure(good({ env: { MICRO_BIND_ADDR: address } }))
    assert.deepEqual([node.address, node.demandsCapability], [address, true])
  }
})
