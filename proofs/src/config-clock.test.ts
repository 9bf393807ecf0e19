/**
 * The wall clock of a governed node jumps: what is in force stays and says so, a probation lasts as long as it was to,
 * and a bundle that is out of its time is told from one that is old. The clock is set in the running process, by means
 * the node does not offer.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { envelope, manifest, testSigner } from './dsse-signer.ts'
import { eventually } from './eventually.ts'
import { asker, type Problem, type Reply } from './http.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { ThreadInspector } from './thread-inspector.ts'
import { inspected } from './thread-killer.ts'

interface Status {
  readonly version: number
  readonly phase: string
  readonly probation_left_ms: number | null
  readonly warnings: readonly string[]
}

const hourMs = 3_600_000
const alice = testSigner('alice')

const after = (ms: number) => new Date(Date.now() + ms).toISOString()

/** Made now, and good for so long. */
function bundle(version: number, forMs: number, more: object = {}): string {
  const parts = { 'quotas.toml': `[quota]\nburst = ${5_000 + version}\n` }
  const times = { created: after(0), expires: after(forMs), ...more }
  return envelope(manifest(version, parts, times), [alice])
}

/** A node whose main thread takes its wall clock from here. */
class Jumping {
  readonly #node: NodeProcess
  readonly #inspector: ThreadInspector

  private constructor(node: NodeProcess, inspector: ThreadInspector) {
    this.#node = node
    this.#inspector = inspector
  }

  static async start(probation: string): Promise<Jumping> {
    const settings = [`bundle.signers=${alice.publicPath}`, `bundle.probation=${probation}`]
    const args = settings.flatMap((setting) => ['--set', setting])
    const node = await startNode({ profile: 'macro', args, env: inspected })
    return new Jumping(node, await ThreadInspector.ofMain(node))
  }

  /** The wall clock says so much more than it did. */
  async jump(ms: number): Promise<void> {
    const expression = `{ const now = Date.now; Date.now = () => now() + ${ms} }`
    await this.#inspector.askMain('Runtime.evaluate', { expression })
  }

  async status(): Promise<Status> {
    return (await asker({ url: this.#node.admin, token: this.#node.token })('GET /api/v1/config')).json()
  }

  apply(text: string): Promise<Reply> {
    return this.#post('apply', { body: text })
  }

  /** Once the audit log takes records. */
  async applied(text: string): Promise<void> {
    await eventually('the bundle in force', async () => (await this.apply(text)).status === 200)
  }

  rollback(force = false): Promise<Reply> {
    return this.#post(`rollback${force ? '?force=true' : ''}`, { json: {} })
  }

  output(): string {
    return this.#node.output()
  }

  #post(what: string, asking: { body: string } | { json: object }): Promise<Reply> {
    return asker({ url: this.#node.admin, token: this.#node.token })(`POST /api/v1/config/${what}`, asking)
  }
}

const ruleOf = (reply: Reply) => reply.json<Problem>().explain?.rule

test('a jump ahead neither ends a probation nor what is in force, and takes nothing that has expired by then', async () => {
  const node = await Jumping.start('1h')
  await node.applied(bundle(1, 2 * hourMs))
  await node.jump(3 * hourMs)
  // Several looks of the probation, and one for what has expired.
  await eventually('the log to say that it has expired', async () =>
    /the config bundle in force has expired/.test(node.output()),
  )
  const { version, phase, probation_left_ms: leftMs, warnings } = await node.status()
  assert.deepEqual([version, phase], [1, 'probation'])
  assert.ok(leftMs !== null && leftMs > hourMs / 2 && leftMs <= hourMs, String(leftMs))
  assert.match(warnings.join(), /has expired and stays/)
  assert.equal((await node.rollback()).status, 200)
  await eventually('the end', async () => (await node.status()).phase === 'idle')
  assert.equal(ruleOf(await node.apply(bundle(2, 2 * hourMs))), 'bundle.expired')
  assert.equal((await node.apply(bundle(2, 4 * hourMs))).status, 200)
})

test('a rollback leads to a bundle that has expired only when the operator says so', async () => {
  const node = await Jumping.start('0s')
  await node.applied(bundle(1, 2 * hourMs))
  await node.applied(bundle(2, 9 * hourMs))
  await node.jump(3 * hourMs)
  assert.equal(ruleOf(await node.rollback()), 'bundle.expired')
  assert.equal((await node.status()).version, 2)
  assert.equal((await node.rollback(true)).status, 200)
  assert.equal((await node.status()).version, 1)
})

test('a jump back takes no bundle, says that the clock is wrong, and leaves what is in force', async () => {
  const node = await Jumping.start('0s')
  await node.applied(bundle(1, hourMs))
  await node.jump(-hourMs)
  assert.equal(ruleOf(await node.apply(bundle(2, hourMs))), 'bundle.clock')
  const older = (await node.apply(bundle(2, hourMs, { created: after(-9 * hourMs) }))).json<Problem>()
  assert.equal(older.explain?.rule, 'bundle.clock')
  assert.match(older.detail, /the clock of this node says .*, before the bundle in force was made/)
  const { version, warnings } = await node.status()
  assert.deepEqual([version, warnings], [1, []])
  await node.jump(hourMs)
  assert.equal((await node.apply(bundle(2, hourMs))).status, 200)
})
