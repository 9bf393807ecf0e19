/**
 * Policy that cannot be asked: whatever nobody has decided is denied while it is out, what its rules forbid above all, and
 * allowed again afterwards what they allow.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode, type NodeProcess } from './node-process.ts'
import { scratchFile } from './scratch.ts'
import { inspected, runInThread } from './thread-killer.ts'

const bundle = {
  version: 1,
  defaults: { default_action: 'deny' },
  rules: [
    { id: 'locked', when: { path: '/objects/locked/*', method: 'PUT' }, action: 'deny' },
    { id: 'everything-else', when: { path: '*' }, action: 'allow' },
  ],
}
const governed = ['--set', `policy.bundle_path=${scratchFile('bundle.json', JSON.stringify(bundle))}`]
const [hanging, falling] = await Promise.all([
  startNode({ args: [...governed, '--set', 'supervision.hang_after=2s'], env: inspected }),
  startNode({ args: governed }),
])

/** Puts objects under ever new names, for none of which a decision is remembered, and counts how it went. */
class Writer {
  readonly #ask: ReturnType<typeof asker>
  readonly #folder: string
  asked = 0
  denied = 0

  constructor(node: NodeProcess, folder: string) {
    this.#ask = asker(node)
    this.#folder = folder
  }

  /** Whether it was let in. Who was not, and not by a rule, was told of the outage. */
  async admitted(): Promise<boolean> {
    const reply = await this.#ask(`PUT /objects/${this.#folder}/${this.asked++}`, { body: 'x' })
    if (reply.status === 201) return true
    const { code, retryable, explain } = reply.json<Problem>()
    if (explain?.rule === 'locked') return false
    this.denied += 1
    assert.deepEqual([reply.status, code, retryable, explain?.wall], [503, 'Unavailable', true, 'policy'])
    return false
  }

  /** Those that are there now. */
  async written(): Promise<number> {
    let there = 0
    for (let at = 0; at < this.asked; at++) {
      const { status } = await this.#ask(`GET /objects/${this.#folder}/${at}`)
      assert.ok([200, 404].includes(status), 'what was denied is absent, and all else is there')
      if (status === 200) there += 1
    }
    return there
  }
}

test('while policy does not answer, requests are denied; when it is back, they are served', async () => {
  const [open, locked] = ['during', 'locked'].map((folder) => new Writer(hanging, folder))
  assert.ok(open !== undefined && locked !== undefined)
  const admin = asker({ url: hanging.admin, token: hanging.token })
  assert.deepEqual([await open.admitted(), await locked.admitted(), locked.denied], [true, false, 0])
  await runInThread(hanging, 'policy', 'for (;;);')
  // Whoever waits for the thread that hangs is among them.
  const round = async () => (await Promise.all([open.admitted(), locked.admitted()]))[0]
  await eventually('policy to be out', async () => !(await round()))
  assert.equal((await admin('GET /healthz')).status, 200, 'the admin plane does not ask policy')
  await eventually('policy to be back', round)
  assert.ok(locked.denied > 0, 'none asked for what is forbidden while policy was out')
  const refused = (await scrape(hanging)).value('rejected_total{reason="policy"}')
  assert.equal(refused, open.denied + locked.asked)
  assert.equal(await open.written(), open.asked - open.denied)
  assert.equal(await locked.written(), 0, 'what a rule forbids was done while nobody could tell')
})

test('while policy is held down there is none, and nothing is let in', async () => {
  const [open, locked] = ['during', 'locked'].map((folder) => new Writer(falling, folder))
  assert.ok(open !== undefined && locked !== undefined)
  assert.equal(await open.admitted(), true)
  const admin = asker({ url: falling.admin, token: falling.token })
  interface Status {
    readonly services: readonly { readonly name: string; readonly because: string }[]
  }
  await eventually('policy to be held down', async () => {
    const { services } = (await admin('GET /api/v1/status')).json<Status>()
    if (services.some(({ name, because }) => name === 'policy' && because.startsWith('degraded'))) return true
    await admin('POST /api/v1/services/policy/kill', { json: { how: 'throw' } })
    return false
  })
  const [asked, denied] = [open.asked, open.denied]
  for (let round = 0; round < 5; round++)
    assert.deepEqual([await open.admitted(), await locked.admitted()], [false, false])
  assert.deepEqual([open.denied - denied, locked.denied], [open.asked - asked, locked.asked])
})
