/** Nodes that serve TLS, what they are given for it, and clients that look at what they show. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { request, type RequestOptions } from 'node:https'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { issued, type Issued, type Wanted } from '@ron/transport/tls/certificate.fixture'
import { runCommand, type NodeProcess } from './node-process.ts'
import { scratchFile } from './scratch.ts'

/** All certificates of a test file come from it. */
export const authority = issued({ name: 'authority', authority: true })
export const ofNode = (wanted: Partial<Wanted> = {}) =>
  issued({ name: 'node', issuer: authority, ips: ['127.0.0.1'], dns: ['localhost'], ...wanted })

export interface PairFiles {
  readonly cert: string
  readonly key: string
}

/** Writes a pair, the key open to its owner alone. */
export function files(name: string, { certificate, key }: Pick<Issued, 'certificate' | 'key'>): PairFiles {
  const pair = { cert: scratchFile(`${name}.pem`, certificate), key: scratchFile(`${name}.key`, key) }
  chmodSync(pair.key, 0o600)
  return pair
}

export const served = (pair: PairFiles) => ['--tls', '--tls-cert', pair.cert, '--tls-key', pair.key]

export interface Got {
  readonly status: number
  readonly body: string
  readonly serial: string
}

/** One request on a connection of its own. Rejects when there is none to be had. */
export async function get(
  node: NodeProcess,
  path: string,
  options: RequestOptions & { body?: string } = {},
): Promise<Got> {
  const { body, ...rest } = options
  const asked = request(`${node.url}${path}`, {
    ca: authority.certificate,
    agent: false,
    headers: { authorization: `Bearer ${node.token}` },
    ...rest,
  })
  asked.end(body)
  const [response] = await once(asked, 'response')
  return {
    status: response.statusCode,
    serial: response.socket.getPeerCertificate().serialNumber,
    body: await text(response),
  }
}

/** What a node says that does not start with this pair. */
export async function refused(pair: PairFiles, ...args: string[]): Promise<string> {
  const { exitCode, stderr } = await runCommand(['--profile', 'micro', ...served(pair), ...args])
  assert.equal(exitCode, 1, stderr)
  return stderr
}

/** The serial number that a client gets that asks for this name, and what is stapled to it. */
export async function shaken(
  node: NodeProcess,
  servername: string,
): Promise<{ serial: string; stapled: Buffer | null }> {
  const { port } = node
  const ca = authority.certificate
  const asking = {
    port,
    host: '127.0.0.1',
    ca,
    servername,
    requestOCSP: true,
    checkServerIdentity: () => undefined,
  }
  const client = connect(asking)
  const stapled = once(client, 'OCSPResponse')
  await once(client, 'secureConnect')
  const serial = client.getPeerCertificate().serialNumber
  client.destroy()
  const [answer]: (Buffer | null)[] = await stapled
  return { serial, stapled: answer ?? null }
}

/** As clients write it. */
export const serialOf = ({ serialNumber }: Issued) => serialNumber.toString('hex').toUpperCase()
