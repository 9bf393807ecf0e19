/** What of a node can be switched, how it is, and what shows that it is on or off. */

import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { NodeError, SDK } from '@ron/app-sdk'
import { provable } from '@ron/services/zk-verify/proving/statements'
import { hashOf } from '@ron/services/zk-verify/circuits/pinned'
import { parameters } from '@ron/services/zk-verify/stark/parameters'
import { issued } from '@ron/transport/tls/certificate.fixture'
import { eventually } from '../eventually.ts'
import { freePort } from '../free-port.ts'
import { identity, secretFile } from '../identities.ts'
import type { NodeProcess } from '../node-process.ts'
import { scratchFile } from '../scratch.ts'
import type { Exclusion } from './pairwise.ts'

/** A node of one combination, while it runs. */
export interface Running {
  readonly node: NodeProcess
  /** Of this node alone. */
  readonly folder: string
  /** Both speak for the node's own token; typed calls go over OAP, paths over HTTP. */
  readonly sdk: SDK
  readonly admin: SDK
  /** What `/version` says. */
  readonly version: Readonly<Record<string, unknown>>
}

interface Value {
  readonly settings: (folder: string) => readonly string[] | Promise<readonly string[]>
  readonly shows: (running: Running) => void | Promise<void>
}

type Feature = Readonly<Record<string, Value>>

const authority = issued({ name: 'authority', authority: true })
const served = issued({ name: 'node', issuer: authority, ips: ['127.0.0.1'] })
const [certificate, certificateKey] = [
  scratchFile('matrix.pem', served.certificate),
  secretFile('matrix.key', served.key),
]
const auditKey = secretFile('matrix-audit.pem', identity().pem)
const unsealing = secretFile('matrix-unsealing.key', `${'c0ffee'.padEnd(64, '5')}\n`)
const peerToken = secretFile('matrix-peer', 'a-token')

/** What a client of this address has to trust; the admin surface of this machine alone has no TLS. */
export function trust(url: string) {
  return url.startsWith('https:') ? { tls: { ca: authority.certificate } } : {}
}

const nothing = () => []
const named = (...settings: readonly string[]) => ({ settings: () => settings })
const circuitKeys = {
  'quota-compliance': provable.find(({ circuit }) => circuit === 'quota-compliance')?.keyHash,
  'audit-inclusion-stark': hashOf(Buffer.from(parameters)),
}

export const features = {
  amnesia: {
    on: { ...named('node.amnesia=true'), shows: ({ version }) => assert.equal(version['amnesia'], true) },
    off: { ...named('node.amnesia=false'), shows: ({ version }) => assert.equal(version['amnesia'], false) },
  },
  driver: {
    uws: { ...named('node.driver=uws'), shows: (running) => drivenBy(running, /^uWebSockets\.js@/) },
    node: { ...named('node.driver=node'), shows: (running) => drivenBy(running, /^node/) },
  },
  media: {
    on: {
      ...named('storage.media_enabled=true'),
      shows: async ({ sdk }) => {
        const { bytes } = await sdk.media.upload('film', Buffer.from('pictures'))
        assert.equal(bytes, 8)
      },
    },
    off: {
      ...named('storage.media_enabled=false'),
      shows: ({ sdk }) => refused(sdk.media.upload('film', Buffer.from('pictures')), 'NotFound'),
    },
  },
  audit: {
    off: {
      ...named('node.audit=false'),
      shows: ({ admin }) => refused(admin.get('/api/v1/audit'), 'NotEnabled'),
    },
    memory: { ...named('node.audit=true'), shows: isAudited },
    disk: {
      settings: (folder) => [
        ...[
          'node.audit=true',
          `node.audit_directory=${join(folder, 'audit')}`,
          `identity.key_path=${auditKey}`,
        ],
        'identity.origin=example.com/matrix',
      ],
      shows: async (running) => {
        await isAudited(running)
        assert(readdirSync(join(running.folder, 'audit')).length > 0)
      },
    },
  },
  keys: {
    memory: { settings: nothing, shows: ({ folder }) => assert(!existsSync(join(folder, 'node.keys'))) },
    disk: {
      settings: (folder) => [`keys.file=${join(folder, 'node.keys')}`, `keys.unseal=file:${unsealing}`],
      shows: ({ folder }) => assert(existsSync(join(folder, 'node.keys'))),
    },
  },
  zk: {
    off: { settings: nothing, shows: ({ sdk }) => refused(sdk.zk.circuits(), 'NotEnabled') },
    groth16: {
      ...named(`zk-verify.circuits=quota-compliance@${circuitKeys['quota-compliance']}`),
      shows: (running) => provesFor(running, ['quota-compliance']),
    },
    stark: {
      ...named(
        `zk-verify.circuits=audit-inclusion-stark@${circuitKeys['audit-inclusion-stark']}`,
        'zk-verify.experimental=true',
      ),
      shows: (running) => provesFor(running, ['audit-inclusion-stark']),
    },
  },
  pq: {
    off: { ...named('pq.mode=off'), shows: (running) => sealed(running, false) },
    hybrid: { ...named('pq.mode=hybrid'), shows: (running) => sealed(running, true) },
  },
  tls: {
    off: { settings: nothing, shows: ({ version }) => assert.equal(version['tls'], 'off') },
    on: {
      ...named('tls.enabled=true', `tls.cert_path=${certificate}`, `tls.key_path=${certificateKey}`),
      shows: ({ node, version }) => {
        assert.match(node.url, /^https:/)
        assert.notEqual(version['tls'], 'off')
      },
    },
  },
  uds: {
    off: { settings: nothing, shows: ({ folder }) => assert(!existsSync(join(folder, 'node.sock'))) },
    on: {
      settings: (folder) => [`uds.path=${join(folder, 'node.sock')}`],
      async shows({ node, folder }) {
        const sdk = new SDK({ baseUrl: `unix:${join(folder, 'node.sock')}`, cap: node.token })
        assert.deepEqual(await sdk.get('/objects/here'), new TextEncoder().encode('x'))
        sdk.close()
      },
    },
  },
  peers: {
    off: { settings: nothing, shows: ({ sdk }) => refused(sdk.peers.list(), 'NotFound') },
    on: {
      settings: async () => {
        const away = `http://127.0.0.1:${await freePort()}`
        const key = secretFile('matrix-node.pem', identity().pem)
        const link = `away ${away} ${identity().node} ${peerToken}`
        return ['identity.name=matrix.example', `identity.node_key_path=${key}`, `peers.links=${link}`]
      },
      async shows({ sdk }) {
        const { links } = await sdk.peers.list()
        assert.deepEqual(
          links.map(({ peer, up }) => [peer, up]),
          [['away', false]],
        )
      },
    },
  },
} as const satisfies Record<string, Feature>

/** The node says so itself and refuses to start (`commands.test.ts`, `tls.test.ts`). */
export const exclusions: readonly Exclusion[] = [
  ['amnesia=on', 'audit=disk'],
  ['amnesia=on', 'keys=disk'],
  ['driver=uws', 'tls=on'],
]

/** Of `switch=value`. */
export function valueOf(chosen: string): Value {
  const [name = '', value = ''] = chosen.split('=')
  const feature = Object.entries<Feature>(features).find(([known]) => known === name)?.[1]
  const found = feature?.[value]
  if (found === undefined) throw new RangeError(`${chosen} is no feature`)
  return found
}

function drivenBy({ version }: Running, driver: RegExp): void {
  assert.match(String(version['driver']), driver)
}

async function refused(asked: Promise<unknown>, code: 'NotEnabled' | 'NotFound'): Promise<void> {
  await assert.rejects(asked, (thrown) => thrown instanceof NodeError && thrown.code === code)
}

/** What is granted is on record, once the log takes records. */
async function isAudited({ admin }: Running): Promise<void> {
  await eventually('the audit log', async () => {
    const status = await admin.get('/api/v1/audit')
    return 'size' in Object(status) && Number(Object(status).size) > 0
  })
}

async function provesFor({ sdk }: Running, circuits: readonly string[]): Promise<void> {
  const { items } = await sdk.zk.circuits()
  assert.deepEqual(
    items.map(({ circuit }) => circuit),
    circuits,
  )
}

/** Whoever sends nothing without a session is served by a node that opens them, and by no other. */
async function sealed({ node, version }: Running, opens: boolean): Promise<void> {
  assert.equal(version['pq'], opens)
  const site = { baseUrl: node.url, cap: node.token, ...trust(node.url) }
  const strict = new SDK({ ...site, carrier: 'oap', pq: 'require' })
  const asked = strict.feed.home({ user: 'nobody' })
  if (opens) assert.equal((await asked).user, 'nobody')
  else await assert.rejects(asked)
  strict.close()
}
