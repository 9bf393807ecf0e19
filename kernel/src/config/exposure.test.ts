import assert from 'node:assert/strict'
import test from 'node:test'
import { exposure } from './exposure.ts'
import { good } from './reading.fixture.ts'

test('an admin surface on loopback is open to this machine', () => {
  for (const address of ['127.0.0.1:0', '127.9.9.9:9090', '[::1]:0', 'localhost:9090']) {
    const { admin } = exposure(good({ env: { MICRO_METRICS_ADDR: address } }))
    assert.deepEqual([admin.loopback, admin.demandsCapability], [true, false], address)
  }
})

test('an admin surface that others can reach demands a capability on every path but liveness', () => {
  for (const address of ['0.0.0.0:0', '[::]:0', '10.1.2.3:9090', 'node-1:9090']) {
    const { admin } = exposure(good({ env: { MICRO_METRICS_ADDR: address } }))
    assert.deepEqual([admin.loopback, admin.demandsCapability], [false, true], address)
    assert.deepEqual(admin.openPaths, ['/healthz', '/livez'])
  }
})

test('admin.capability=always demands one on loopback too', () => {
  assert.equal(exposure(good({ env: { MICRO_ADMIN_CAPABILITY: 'always' } })).admin.demandsCapability, true)
})

test('the node surface demands a capability wherever it listens, with no path open', () => {
  for (const address of ['127.0.0.1:0', '0.0.0.0:8080']) {
    const { node } = exposure(good({ env: { MICRO_BIND_ADDR: address } }))
    assert.deepEqual([node.address, node.demandsCapability, node.openPaths], [address, true, []])
  }
})
