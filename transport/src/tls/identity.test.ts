import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { issued, type Issued } from './certificate.fixture.ts'
import { clientNames } from './client.ts'
import { clientAuthorities, tlsIdentity } from './identity.ts'

const nowMs = Date.UTC(2026, 0, 1)
const hourMs = 3_600_000
const authority = issued({ name: 'authority', authority: true }, nowMs)
const node = issued({ name: 'node', issuer: authority }, nowMs)

function judged(certificate: string, key: string): ReturnType<typeof tlsIdentity> {
  const files = { certPath: 'cert.pem', certificate, keyPath: 'key.pem', key: new TextEncoder().encode(key) }
  return tlsIdentity(files, nowMs)
}

test('a chain and its key are an identity, good for as long as the first of the chain ends', () => {
  const short = issued({ name: 'node', issuer: authority, untilMs: nowMs + hourMs }, nowMs)
  const identity = judged(short.certificate + authority.certificate, short.key)
  assert.equal(identity.untilMs, nowMs + hourMs)
  assert.match(identity.fingerprint, /^[0-9a-f]{64}$/)
})

test('what is wrong with a pair is told with the file it is in', () => {
  const other = issued({ name: 'other' }, nowMs)
  const late = issued({ name: 'node', fromMs: nowMs + hourMs }, nowMs)
  const past = issued({ name: 'node', fromMs: nowMs - 2 * hourMs, untilMs: nowMs - hourMs }, nowMs)
  const pem = { type: 'pkcs8', format: 'pem' } as const
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const locked = privateKey.export({ ...pem, cipher: 'aes-256-cbc', passphrase: 'secret' }).toString()
  const broken = node.certificate.replace(/\n[^\n]{64}\n/, '\nAAAA\n')
  const cases: [certificate: string, key: string, said: RegExp][] = [
    ['', node.key, /^cert\.pem holds no PEM certificate/],
    [broken, node.key, /^certificate 1 in cert\.pem cannot be read/],
    [node.certificate.repeat(11), node.key, /^cert\.pem holds 11 certificates; at most 10/],
    [node.certificate, 'none', /^key\.pem holds no PEM private key/],
    [node.certificate, locked, /^key\.pem is locked with a passphrase/],
    [node.certificate, other.key, /key\.pem is not that of the first certificate in cert\.pem \(CN=node\)/],
    [authority.certificate + node.certificate, node.key, /put the certificate of the node first/],
    [past.certificate, past.key, /in cert\.pem \(CN=node\) expired at 2025-12-31T23:00:00\.000Z; renew it/],
    [late.certificate, late.key, /is not good before 2026-01-01T01:00:00\.000Z/],
  ]
  for (const [certificate, key, said] of cases)
    assert.throws(() => judged(certificate, key), { message: said })
})

test('authorities of clients are certificates that may issue others, in their time', () => {
  assert.equal(clientAuthorities('ca.pem', authority.certificate, nowMs), authority.certificate)
  for (const [{ certificate }, said] of [
    [{ certificate: '' }, /^ca\.pem holds no PEM certificate/],
    [node, /^ca\.pem holds a certificate that may issue none \(CN=node\)/],
    [
      issued({ name: 'old', authority: true, fromMs: nowMs - 9 * hourMs, untilMs: nowMs - hourMs }, nowMs),
      /expired/,
    ],
  ] as [Pick<Issued, 'certificate'>, RegExp][])
    assert.throws(() => clientAuthorities('ca.pem', certificate, nowMs), { message: said })
})

test('a certificate whose dates cannot be read is not taken for one without an end', () => {
  const der = Buffer.from(node.certificate.replace(/-----[^-]+-----/g, ''), 'base64')
  // The second UTCTime (X.690 §8.25) is that of its end.
  const end = der.indexOf('170d', der.indexOf('170d', 0, 'hex') + 2, 'hex')
  assert.ok(end > 0)
  der.write('9999', end + 2)
  const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`
  assert.throws(() => judged(pem, node.key), {
    message: /^\S+ .*has no dates that can be read; have it issued anew$/,
  })
})

test('a client is known by its certificate, its common name and its alternative names, but by none that is ambiguous', () => {
  const names = (wanted: Parameters<typeof issued>[0]) =>
    clientNames(new X509Certificate(issued(wanted, nowMs).certificate)).slice(1)
  const uris = ['spiffe://example/app']
  assert.deepEqual(names({ name: 'app', dns: ['a.example', 'b.example'], uris, ips: ['10.0.0.1'] }), [
    'cn:app',
    'dns:a.example',
    'dns:b.example',
    'uri:spiffe://example/app',
    'ip:10.0.0.1',
  ])
  assert.deepEqual(names({ name: 'app', dns: ['x, DNS:admin.example'] }), ['cn:app'])
  assert.deepEqual(names({ name: 'app', organization: 'admin' }), ['cn:app'])
  for (const name of ['app\nCN=admin', 'app, CN=admin', 'app+CN=admin'])
    assert.ok(!names({ name }).includes('cn:admin'), name)
  assert.equal(names({ name: 'app', dns: Array.from({ length: 99 }, (_, at) => `${at}.example`) }).length, 31)
})
