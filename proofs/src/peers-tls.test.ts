/**
 * Two nodes linked over TLS: who dials believes the certificate of an authority that it was told of, and no other, so
 * nobody between the two reads or changes what goes over the line.
 */

import { chmodSync } from 'node:fs'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate, SDK } from '@ron/app-sdk'
import { issued } from '@ron/transport/tls/certificate.fixture'
import { eventually } from './eventually.ts'
import { identity, secretFile } from './identities.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { scratchFile } from './scratch.ts'

const authority = issued({ name: 'authority', authority: true })
const { certificate, key } = issued({ name: 'node', issuer: authority, ips: ['127.0.0.1'] })
const [certPath, keyPath] = [scratchFile('peer.pem', certificate), scratchFile('peer.key', key)]
chmodSync(keyPath, 0o600)
const ca = scratchFile('authority.pem', authority.certificate)

const [hereId, thereId, strangerId] = [identity(), identity(), identity()]
const there = await startNode({
  args: [
    ...['--tls', '--tls-cert', certPath, '--tls-key', keyPath],
    ...['--set', `identity.node_key_path=${secretFile('tls-there.pem', thereId.pem)}`],
    ...['--set', `peers.accept=${hereId.node},${strangerId.node}`],
  ],
})
const token = secretFile('tls-token', attenuate(there.token, 'verbs = peers.meet,objects.read,mailbox.send'))

function linked(name: string, pem: string, env: Readonly<Record<string, string>>): Promise<NodeProcess> {
  const settings = [
    `identity.node_key_path=${secretFile(`tls-${name}.pem`, pem)}`,
    `peers.links=there ${there.url} ${thereId.node} ${token}`,
    'peers.backoff_max=300ms',
  ]
  return startNode({ args: settings.flatMap((setting) => ['--set', setting]), env })
}
const sdkOf = ({ url, token: cap }: NodeProcess) => new SDK({ baseUrl: url, cap })
const linkOf = async (node: NodeProcess) => (await sdkOf(node).peers.list()).links[0]

test('nodes meet, fetch and forward over TLS, under an authority of their own', async () => {
  assert.match(there.url, /^https:/)
  const here = await linked('here', hereId.pem, { NODE_EXTRA_CA_CERTS: ca })
  await eventually('the link', async () => (await linkOf(here))?.up === true)
  const body = Buffer.from('over a line that is safe')
  // The test itself asks without TLS: what it puts here is forwarded there, and comes back as a content to be fetched.
  const { address } = await sdkOf(here).objects.post({ body })
  await assert.rejects(
    sdkOf(here).peers.fetch({ peer: 'there', address: `b3:${'0'.repeat(64)}` }),
    /has nothing/,
  )
  assert.equal((await sdkOf(here).peers.fetch({ peer: 'there', address })).outcome, 'known')
  await sdkOf(here).peers.forward({ peer: 'there', topic: 'out' })
  await sdkOf(here).mailbox.send({ topic: 'out', idem_key: 'k', payload_b64: body.toString('base64') })
  await eventually('the message acknowledged there', async () => {
    const { forwards } = await sdkOf(here).peers.list()
    return forwards[0]?.sent === 1
  })
})

test('a node that was not told of the authority links with nobody under its certificate', async () => {
  const stranger = await linked('stranger', strangerId.pem, {})
  const because = await eventually('the reason', async () => {
    const link = await linkOf(stranger)
    return link?.up === false && link.because !== 'not tried yet' && (link.because ?? '')
  })
  // The WebSocket of newer runtimes tells nobody why it failed.
  const told = typeof WebSocket === 'undefined' ? /certificate|issuer/ : /could not be reached/
  assert.match(because, told)
})
