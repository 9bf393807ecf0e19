/** Two nodes that are peers, each told to trust what the other one gave it. */

import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attenuate, SDK } from '@ron/app-sdk'
import { nodeIdOf } from '@ron/kernel/identity/node-id'
import { startNode, type Server } from '../child.ts'
import { until } from '../until.ts'

export interface Pair {
  readonly here: Server
  readonly there: Server
  stop(): Promise<void>
}

const pauseMs = 50

/** Resolves when each is linked with the other, under the names `here` and `there`. */
export async function startPair(): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), 'ron-bench-'))
  const [portHere, portThere] = [await freePort(), await freePort()]
  const [keyHere, keyThere] = [identity(folder, 'here'), identity(folder, 'there')]
  const token = (name: string) => join(folder, `of-${name}`)
  const start = (
    name: string,
    own: string,
    port: number,
    other: string,
    otherPort: number,
    otherNode: string,
  ) =>
    startNode([
      ...[`node.bind_addr=127.0.0.1:${port}`, `identity.node_key_path=${own}`, `identity.name=${name}`],
      ...['overlay.tarpit_after=0', 'peers.backoff_max=200ms'],
      `peers.links=${other} http://127.0.0.1:${otherPort} ${otherNode} ${token(other)}`,
    ])
  const [here, there] = await Promise.all([
    start('here', keyHere.path, portHere, 'there', portThere, keyThere.node),
    start('there', keyThere.path, portThere, 'here', portHere, keyHere.node),
  ])
  const verbs = 'verbs = peers.meet,objects.read,mailbox.send'
  writeFileSync(token('here'), attenuate(here.token, verbs), { mode: 0o600 })
  writeFileSync(token('there'), attenuate(there.token, verbs), { mode: 0o600 })
  await Promise.all([linked(here), linked(there)])
  return {
    here,
    there,
    async stop() {
      await Promise.all([here.stop(), there.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function identity(folder: string, name: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const path = join(folder, `${name}.pem`)
  writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
  return { path, node: nodeIdOf(publicKey.export({ format: 'der', type: 'spki' }).subarray(12)) }
}

async function linked({ url, token }: Server): Promise<void> {
  const sdk = new SDK({ baseUrl: url, cap: token })
  const up = async () => (await sdk.peers.list()).links.every((link) => link.up) || undefined
  await until('the nodes are linked', up, pauseMs)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port is free')
  return address.port
}
