/**
 * Nodes whose configuration changes, one after the other at one place: bundles that tell by their effect which of them is
 * in force, and what status, history and audit log say of it.
 */

import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { changeStages } from '@ron/kernel/bundle/stages'
import { envelope, manifest, testSigner } from './dsse-signer.ts'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { ronctl } from './ronctl.ts'
import { scratchFile, scratchFolder } from './scratch.ts'
import type { Stop } from './stage-stop.ts'
import { inspected } from './thread-killer.ts'

interface Status {
  readonly version: number
  readonly phase: string
}
export interface Past {
  readonly version: number
  readonly outcome: string
  readonly source: string
  readonly because: string
}
interface Entry {
  readonly kind: string
  readonly outcome: string
  readonly target: string
}

const alice = testSigner('alice')
const keyFile = scratchFile(
  'audit-key.pem',
  generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
)
chmodSync(keyFile, 0o600)

/** Above any version, so that a topic which is full under one of them is full under all. */
const versionsMax = 40

/** It changes something in the kernel, in two threads, and restarts a third, and each of them tells which version it has. */
function bundle(version: number): string {
  const rules = [
    { id: `rule-${version}`, when: { path: '/graph*' }, action: 'deny' },
    { id: 'all', when: { path: '*' }, action: 'allow' },
  ]
  const parts = {
    'policy.json': JSON.stringify({ version, rules }),
    'quotas.toml': `[quota]\nburst = ${5_000 + version}\n[overlay]\ninflight_max = ${1_000 + version}\n`,
    'node.toml': `[mailbox]\ndepth_max = ${versionsMax - version}\n`,
  }
  return envelope(manifest(version, parts), [alice])
}

const steps = ['quota', 'overlay', 'policy', 'restart of mailbox']
export const forward = [
  ...['check', 'weigh', 'begin', ...steps.map((step) => `do ${step}`)],
  ...['announce', 'event', 'record', 'watch'],
]
export const back = [
  'fall',
  ...steps.toReversed().map((step) => `undo ${step}`),
  'restore',
  'event',
  'record',
]

/** A place where nodes follow one another. */
export class Place {
  readonly folder = mkdtempSync(join(scratchFolder(), 'place-'))
  readonly audit = join(this.folder, 'audit')
  readonly #probation: string

  constructor(probation: string) {
    this.#probation = probation
    this.drop(1)
  }

  /** Resolves when the audit log takes records: before that, nothing is changed. */
  async start(): Promise<NodeProcess> {
    const settings = [
      ...[`bundle.signers=${alice.publicPath}`, `bundle.probation=${this.#probation}`, 'log.level=debug'],
      // What is denied and refused while something is away shall not take a bundle back.
      'bundle.errors_max=100',
      ...[`bundle.folder=${this.folder}`, `node.audit_directory=${this.audit}`],
      ...[`identity.key_path=${keyFile}`, 'identity.origin=example.com/killed'],
    ]
    const args = settings.flatMap((setting) => ['--set', setting])
    const node = await startNode({ profile: 'macro', args, env: inspected })
    await recordsOf(node)
    return node
  }

  /** Puts the bundle into the folder, whole. */
  drop(version: number): void {
    const path = join(this.folder, `${version}.dsse.json`)
    writeFileSync(`${path}.new`, bundle(version))
    renameSync(`${path}.new`, path)
  }
}

export const adminOf = ({ admin, token }: NodeProcess) => asker({ url: admin, token })
export const statusOf = async (node: NodeProcess) =>
  (await adminOf(node)('GET /api/v1/config')).json<Status>()
export const historyOf = async (node: NodeProcess) =>
  (await adminOf(node)('GET /api/v1/config/history')).json<{ items: readonly Past[] }>().items
export const apply = (node: NodeProcess, version: number) =>
  adminOf(node)('POST /api/v1/config/apply', { body: bundle(version) })
export const rollback = (node: NodeProcess) => adminOf(node)('POST /api/v1/config/rollback', { json: {} })
export const settled = (node: NodeProcess, version: number, phase: string) =>
  eventually(`version ${version} to be ${phase}`, async () => {
    const now = await statusOf(node)
    return now.version === version && now.phase === phase
  })

/** The version that the thread of the mailbox runs with: how many messages a topic may hold says it. */
async function versionOfMailbox(node: NodeProcess): Promise<number> {
  const ask = asker(node)
  const send = () =>
    ask('POST /v1/mailbox/send', { json: { topic: 'full', idem_key: randomUUID(), payload_b64: '' } })
  return eventually('a topic that is full', async () => {
    let reply = await send()
    while (reply.status === 200) reply = await send()
    const [, depthMax] = /topic full holds (\d+) messages, its limit/.exec(reply.text) ?? []
    return depthMax !== undefined && versionsMax - Number(depthMax)
  })
}

/** The version in force. Policy, ceilings, mailbox and kernel must all say it, and nothing may differ from what it asks for. */
export async function versionOf(node: NodeProcess): Promise<number> {
  const ask = asker(node)
  const denied = await eventually('a decision of policy', async () => {
    const reply = await ask('GET /graph/degree?node=a')
    return reply.status === 403 && reply
  })
  const ceilings = await eventually('the ceilings', async () => {
    const reply = await ask('GET /overlay/ceilings')
    return reply.status === 200 && reply
  })
  const drift = await adminOf(node)('GET /api/v1/config/drift')
  const { version } = await statusOf(node)
  const rule = denied.json<Problem>().explain?.rule
  const { inflight_max } = ceilings.json<{ inflight_max: number }>()
  assert.deepEqual([rule, inflight_max], [`rule-${version}`, 1_000 + version])
  assert.equal(await versionOfMailbox(node), version, 'what the mailbox runs with')
  assert.deepEqual(drift.json<{ items: readonly { what: string }[] }>().items, [], 'nothing differs')
  return version
}

/** What the audit log says of the configuration, oldest first, once it has all that happened. */
async function recordsOf(node: NodeProcess): Promise<readonly Entry[]> {
  const ask = adminOf(node)
  await eventually('all to be on record', async () => {
    const reply = await ask('GET /api/v1/audit')
    return reply.status === 200 && reply.json<{ waiting: number }>().waiting === 0
  })
  const records: Entry[] = []
  for (;;) {
    const reply = await eventually('the records', async () => {
      const reply = await ask(`GET /api/v1/audit/tail?from=${records.length}&limit=256`)
      return reply.status === 200 && reply
    })
    const more = reply.json<{ records: readonly Entry[] }>().records
    records.push(...more)
    if (more.length < 256) return records
  }
}

const saidOf = new Map([
  ['config.start', 'in force'],
  ['config.apply', 'in force'],
  ['config.keep', 'kept'],
  ['config.rollback', 'rolled back'],
])
const numberIn = ({ target }: Entry) => Number(/version (\d+)/.exec(target)?.[1])

/** The history of this process and its part of the audit log say the same, in the same order. */
export async function insistAgreement(node: NodeProcess): Promise<void> {
  const records = await recordsOf(node)
  const own = records.slice(records.findLastIndex(({ kind }) => kind === 'config.start'))
  const audited = own.flatMap((entry) => {
    const outcome = saidOf.get(entry.kind)
    // A rollback is remembered of what was taken back, and recorded with what there is instead.
    return outcome === undefined
      ? []
      : [outcome === 'rolled back' ? outcome : `${outcome} ${numberIn(entry)}`]
  })
  const past = (await historyOf(node)).filter(({ outcome }) => !['failed', 'refused'].includes(outcome))
  const remembered = past.map(({ outcome, version }) =>
    outcome === 'rolled back' ? outcome : `${outcome} ${version}`,
  )
  assert.deepEqual(audited, remembered)
  const inForce = own.findLast(({ kind }) => /^config\.(start|apply|rollback)$/.test(kind))
  assert.equal(inForce && numberIn(inForce), (await statusOf(node)).version)
  for (const [at, { kind, target }] of records.entries()) {
    if (kind !== 'config.apply') continue
    const begun = records
      .slice(0, at)
      .some((each) => each.kind === 'act.begin' && each.target.endsWith(target))
    assert.ok(begun, `${target} was applied, and its beginning is not on record`)
  }
}

/** `do restart of mailbox` → the stage and its step. */
export function stopOf(name: string, version: number): Stop {
  const [word = ''] = name.split(' ')
  const stage = changeStages.find((each) => each === word)
  assert.ok(stage !== undefined, name)
  return { stage, version, ...(name === word ? {} : { step: name.slice(word.length + 1) }) }
}

/** The log of the node tells of these stages, in this order, and of no others. */
export async function insistEntered(node: NodeProcess, names: readonly string[]): Promise<void> {
  // Its lines come another way than its answers, and later.
  await eventually('the log to tell of every stage', async () => enteredBy(node).length >= names.length)
  assert.deepEqual(enteredBy(node), names)
}

const enteredBy = (node: NodeProcess) =>
  [...node.output().matchAll(/^\{.*"msg":"change of configuration".*\}$/gm)].map(([line]) => {
    const { stage, step }: { stage: string; step?: string } = JSON.parse(line)
    return step === undefined ? stage : `${stage} ${step}`
  })

/** Ends the node, and has its audit log verified by what it left behind. */
export async function insistVerified(node: NodeProcess, { audit }: Place): Promise<void> {
  const { key } = (await adminOf(node)('GET /api/v1/audit')).json<{ key: string }>()
  node.signal('SIGKILL')
  await node.ended()
  const verified = await ronctl(['audit', 'verify', audit, '--key', key])
  assert.deepEqual([verified.code, verified.stderr], [0, ''])
}
