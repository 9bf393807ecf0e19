/**
 * A change of configuration that is cut off exactly where it enters a stage, for every stage and every step there is:
 * the process is killed, and the one after it serves the whole of one bundle, and its history and audit log say which.
 */

import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { changeStages } from '@ron/kernel/bundle/stages'
import { envelope, manifest, testSigner } from './dsse-signer.ts'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { ronctl } from './ronctl.ts'
import { scratchFile, scratchFolder } from './scratch.ts'
import { StageStop, type Stop } from './stage-stop.ts'
import { inspected } from './thread-killer.ts'

interface Status {
  readonly version: number
  readonly phase: string
}
interface Past {
  readonly version: number
  readonly outcome: string
  readonly source: string
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

/** It changes something in the kernel, in two threads, and restarts a third, and each of them says which version it has. */
function bundle(version: number): string {
  const rules = [
    { id: `rule-${version}`, when: { path: '/graph*' }, action: 'deny' },
    { id: 'all', when: { path: '*' }, action: 'allow' },
  ]
  const parts = {
    'policy.json': JSON.stringify({ version, rules }),
    'quotas.toml': `[quota]\nburst = ${5_000 + version}\n[overlay]\ninflight_max = ${1_000 + version}\n`,
    'node.toml': `[mailbox]\nsubscribers_max = ${70 + version}\n`,
  }
  return envelope(manifest(version, parts), [alice])
}

const steps = ['quota', 'overlay', 'policy', 'restart of mailbox']
const forward = [
  ...['check', 'weigh', 'begin', ...steps.map((step) => `do ${step}`)],
  ...['announce', 'event', 'record', 'watch'],
]
const back = ['fall', ...steps.toReversed().map((step) => `undo ${step}`), 'restore', 'event', 'record']

/** A place where nodes follow one another. */
class Place {
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

const adminOf = ({ admin, token }: NodeProcess) => asker({ url: admin, token })
const statusOf = async (node: NodeProcess) => (await adminOf(node)('GET /api/v1/config')).json<Status>()
const historyOf = async (node: NodeProcess) =>
  (await adminOf(node)('GET /api/v1/config/history')).json<{ items: readonly Past[] }>().items
const apply = (node: NodeProcess, version: number) =>
  adminOf(node)('POST /api/v1/config/apply', { body: bundle(version) })
const rollback = (node: NodeProcess) => adminOf(node)('POST /api/v1/config/rollback', { json: {} })
const settled = (node: NodeProcess, version: number, phase: string) =>
  eventually(`version ${version} to be ${phase}`, async () => {
    const now = await statusOf(node)
    return now.version === version && now.phase === phase
  })

/** The version in force. Policy, ceilings and kernel must all say it, and nothing may differ from what it asks for. */
async function versionOf(node: NodeProcess): Promise<number> {
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
async function insistAgreement(node: NodeProcess): Promise<void> {
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
function stopOf(name: string, version: number): Stop {
  const [word = ''] = name.split(' ')
  const stage = changeStages.find((each) => each === word)
  assert.ok(stage !== undefined, name)
  return { stage, version, ...(name === word ? {} : { step: name.slice(word.length + 1) }) }
}

/** The stages that the log of the node told of, in order, without the checks of what came to nothing. */
const enteredBy = (node: NodeProcess) =>
  [...node.output().matchAll(/^\{.*"msg":"change of configuration".*\}$/gm)].map(([line]) => {
    const { stage, step }: { stage: string; step?: string } = JSON.parse(line)
    return step === undefined ? stage : `${stage} ${step}`
  })

test('a change that nobody disturbs enters the stages that are cut off here, and no others', async () => {
  const place = new Place('300ms')
  const node = await place.start()
  await apply(node, 2)
  await settled(node, 2, 'idle')
  assert.deepEqual(enteredBy(node), [...forward, 'keep'])
  node.signal('SIGKILL')
  await node.ended()
  const slow = await new Place('1h').start()
  await apply(slow, 2)
  await rollback(slow)
  await settled(slow, 1, 'idle')
  assert.deepEqual(enteredBy(slow), [...forward, ...back])
  const words = new Set([...forward, ...back, 'keep'].map((name) => name.split(' ')[0]))
  assert.deepEqual([...words].toSorted(), [...changeStages].toSorted())
})

test('the process is killed at each stage of a bundle of its folder, and the next one serves the whole of it', async () => {
  const place = new Place('300ms')
  let node = await place.start()
  let version = 1
  for (const name of [...forward, 'keep']) {
    // Its check is entered before anybody knows which version it will be.
    const stop = await StageStop.at(node, stopOf(name, name === 'check' ? version : version + 1))
    place.drop(++version)
    node.signal('SIGHUP')
    await stop.entered
    node.signal('SIGKILL')
    await node.ended()
    stop.close()
    node = await place.start()
    assert.equal(await versionOf(node), version, name)
    await insistAgreement(node)
  }
})

test('the process is killed at each stage of a bundle and of its rollback, and the next one serves the one before', async () => {
  const place = new Place('1h')
  let node = await place.start()
  for (const [at, name] of [...forward, ...back].entries()) {
    const isBack = at >= forward.length
    if (isBack) await apply(node, 2)
    // What is announced of a rollback is what there is again.
    const of = name === 'check' || (isBack && ['restore', 'event', 'record'].includes(name)) ? 1 : 2
    const stop = await StageStop.at(node, stopOf(name, of))
    const cut = (isBack ? rollback(node) : apply(node, 2)).catch(() => null)
    await stop.entered
    node.signal('SIGKILL')
    await Promise.all([node.ended(), cut])
    stop.close()
    node = await place.start()
    assert.equal(await versionOf(node), 1, name)
    assert.deepEqual(
      (await historyOf(node)).map(({ version }) => version),
      [1],
    )
    await insistAgreement(node)
  }
  const { key } = (await adminOf(node)('GET /api/v1/audit')).json<{ key: string }>()
  node.signal('SIGKILL')
  await node.ended()
  const verified = await ronctl(['audit', 'verify', place.audit, '--key', key])
  assert.deepEqual([verified.code, verified.stderr], [0, ''])
})
