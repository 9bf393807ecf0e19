import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { issued } from './certificate.fixture.ts'
import { forServer, serverNames } from './names.ts'

test('a certificate is for the DNS names in it, in lower case, and for nothing else that it names', () => {
  const { certificate } = issued({
    name: 'common',
    dns: ['A.Example', '*.b.example'],
    ips: ['10.0.0.1'],
    uris: ['spiffe://example/app'],
  })
  assert.deepEqual(serverNames(new X509Certificate(certificate)), ['a.example', '*.b.example'])
})

test('names that cannot be read are none', () => {
  const { certificate } = issued({ name: 'common', dns: ['node'] })
  const der = Buffer.from(new X509Certificate(certificate).raw)
  const names = Buffer.from('300682046e6f6465', 'hex')
  // A length that its names do not have.
  der[der.indexOf(names) + 1] = 0x02
  assert.deepEqual(serverNames(new X509Certificate(der)), [])
})

test('a name gets what is for it, or for its wildcard, which stands for one label alone', () => {
  const byName = new Map([
    ['a.example', 'a'],
    ['*.example', 'any'],
  ])
  assert.equal(forServer(byName, 'A.example'), 'a')
  assert.equal(forServer(byName, 'b.example'), 'any')
  assert.equal(forServer(byName, 'b.c.example'), undefined)
  assert.equal(forServer(byName, 'example'), undefined)
  assert.equal(forServer(byName, ''), undefined)
})
