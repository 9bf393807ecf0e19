/**
 * Certificates and keys as files hold them: a pair is taken only when it is the one that was made, and everything else
 * is refused with a sentence that names a file.
 */

import assert from 'node:assert/strict'
import { orDeclared } from '@ron/kernel/system/declared.fixture'
import { issued } from './certificate.fixture.ts'
import { clientAuthorities, tlsIdentity } from './identity.ts'

const nowMs = 1_900_000_000_000
const authority = issued({ name: 'authority', authority: true }, nowMs)
const node = issued({ name: 'node', issuer: authority, dns: ['node'] }, nowMs)
const at = { certPath: 'cert.pem', keyPath: 'key.pem', nowMs }
/** Between the certificates and the key. */
const mark = '\n====\n'

export const seeds: readonly Uint8Array[] = [
  `${node.certificate}${authority.certificate}${mark}${node.key}`,
  `${authority.certificate}${mark}`,
  `${node.certificate}${mark}${authority.key}`,
].map((text) => Buffer.from(text))

export function run(input: Uint8Array): void {
  const text = Buffer.from(input).toString('latin1')
  const [certificate = '', key = ''] = text.split(mark)
  const found = orRefused(() => tlsIdentity({ ...at, certificate, key: Buffer.from(key) }, nowMs))
  if (found !== null) {
    assert.match(found.fingerprint, /^[0-9a-f]{64}$/)
    assert.ok(found.untilMs > nowMs)
  }
  const authorities = orRefused(() => clientAuthorities('clients.pem', certificate, nowMs))
  assert.ok(authorities === null || authorities === certificate)
}

/** Null when it was refused as files are. */
function orRefused<Read>(read: () => Read): Read | null {
  return orDeclared(
    read,
    (thrown) =>
      thrown instanceof Error &&
      thrown.constructor === Error &&
      /\b(cert|key|clients)\.pem\b/.test(thrown.message),
  )
}
