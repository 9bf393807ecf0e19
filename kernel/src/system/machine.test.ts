import assert from 'node:assert/strict'
import test from 'node:test'
import { entropyIn, flagIn, openFilesIn, readMachine } from './machine.ts'

const limits = `Limit                     Soft Limit           Hard Limit           Units
Max processes             63432                63432                processes
Max open files            1024                 1048576              files
`

test('the soft limit of open files is the one that counts', () => {
  assert.equal(openFilesIn({ ok: true, text: limits }), 1024)
})

test('what a system does not tell, or tells otherwise, is null', () => {
  assert.equal(openFilesIn({ ok: false, because: 'does not exist' }), null)
  assert.equal(
    openFilesIn({ ok: true, text: 'Max open files            unlimited            unlimited' }),
    null,
  )
  assert.equal(entropyIn({ ok: false, because: 'does not exist' }), null)
  assert.equal(entropyIn({ ok: true, text: 'plenty\n' }), null)
  assert.equal(entropyIn({ ok: true, text: '256\n' }), 256)
})

test('this machine has a version and memory', () => {
  const machine = readMachine(() => ({ ok: false, because: 'does not exist' }))
  assert.equal(machine.nodeVersion, process.versions.node)
  assert.ok(machine.memoryBytes > 2 ** 20 && Number.isSafeInteger(machine.memoryBytes))
  assert.deepEqual([machine.openFilesMax, machine.entropyBits], [null, null])
})

test('a switch of the system is on, off or unknown', () => {
  assert.equal(flagIn({ ok: true, text: '1\n' }), true)
  assert.equal(flagIn({ ok: true, text: '0\n' }), false)
  assert.equal(flagIn({ ok: true, text: '2\n' }), null)
  assert.equal(flagIn({ ok: false, because: 'does not exist' }), null)
})
