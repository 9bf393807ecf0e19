/**
 * A thread of a service and its spare that end exactly where a change of configuration enters a stage, for every stage and
 * every step there is. The change is in force everywhere afterwards or nowhere, as its answer said; the thread that
 * comes next runs with what is in force, history and audit log say the same of it, what was acknowledged meanwhile is
 * there, and whoever asked got an answer.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import {
  adminOf,
  apply,
  back,
  forward,
  historyOf,
  insistAgreement,
  insistVerified,
  Place,
  rollback,
  settled,
  statusOf,
  stopOf,
  versionOf,
} from './config-place.ts'
import { eventually } from './eventually.ts'
import { asker, type Reply } from './http.ts'
import type { NodeProcess } from './node-process.ts'
import { StageStop, type Stop } from './stage-stop.ts'
import { ThreadEnder } from './thread-ender.ts'

interface Services {
  readonly services: readonly { readonly need: string }[]
}

/** Services whose threads end together. */
interface Ending {
  readonly services: readonly string[]
  /** Threads they have at every stage, at least. */
  readonly threads: number
  /** Up to this stage a change may need an answer of theirs. What it asks for then, it does not get. */
  readonly neededUntil?: string
}

const endings: readonly Ending[] = [
  { services: ['overlay'], threads: 2, neededUntil: 'do overlay' },
  { services: ['policy'], threads: 2, neededUntil: 'do policy' },
  // It restarts for the change, and its new thread has no spare before it has proven itself.
  { services: ['mailbox'], threads: 1 },
  // One has nothing to do with the change; the other records it, and never has a spare.
  { services: ['storage', 'audit'], threads: 3, neededUntil: 'weigh' },
]

/** Somebody who writes while all of it happens, and remembers what was acknowledged. */
class Writer {
  readonly #node: NodeProcess
  readonly #kept: string[] = []
  readonly #statuses = new Set<number>()
  readonly #enough = new AbortController()
  readonly #done: Promise<void>

  constructor(node: NodeProcess) {
    this.#node = node
    this.#done = this.#write()
  }

  /** Ends with a look at everything that was acknowledged. */
  async insistKept(): Promise<void> {
    this.#enough.abort()
    await this.#done
    assert.deepEqual([...this.#statuses].toSorted(), [200, 201, 503])
    const ask = asker(this.#node)
    for (const name of this.#kept) {
      assert.equal((await ask(`GET /objects/${name}`)).text, name)
      const { text } = await ask('POST /v1/mailbox/recv', { json: { topic: name } })
      assert.ok(text.includes(`"idem_key":"${name}"`), `${name}: ${text}`)
    }
  }

  async #write(): Promise<void> {
    const ask = asker(this.#node)
    for (let n = 0; !this.#enough.signal.aborted; n++) {
      const name = `n${n}`
      const stored = await ask(`PUT /objects/${name}`, { body: name })
      const letter = { topic: name, idem_key: name, payload_b64: '' }
      const sent = await ask('POST /v1/mailbox/send', { json: letter })
      for (const { status } of [stored, sent]) this.#statuses.add(status)
      if (stored.status === 201 && sent.status === 200) this.#kept.push(name)
      await pause(100)
    }
  }
}

/** A node that is used all the time, and whose threads end where a change enters a stage. */
class Victim {
  readonly #place: Place
  readonly node: NodeProcess
  readonly #ender: ThreadEnder
  readonly #writer: Writer

  private constructor(place: Place, node: NodeProcess, ender: ThreadEnder) {
    this.#place = place
    this.node = node
    this.#ender = ender
    this.#writer = new Writer(node)
  }

  static async start(probation: string): Promise<Victim> {
    const place = new Place(probation)
    const node = await place.start()
    return new Victim(place, node, await ThreadEnder.of(node))
  }

  /** Every service runs, and has its next thread beside it if it is to have one. */
  async whole(): Promise<void> {
    const { services } = (await adminOf(this.node)('GET /api/v1/status')).json<Services>()
    const threads = services.length + services.filter(({ need }) => need === 'required').length
    await eventually('every thread there is', async () => (await this.#ender.running()) === threads)
  }

  /** Changes the configuration; the threads end where that enters the stage. */
  async cut({ services, threads }: Ending, where: Stop, change: () => Promise<Reply>): Promise<Reply> {
    const stop = await StageStop.at(this.node, where)
    const reply = change()
    await stop.entered
    assert.ok((await this.#ender.end(services)) >= threads)
    await stop.goOn()
    return reply
  }

  /** Everything works again, and says the same of the version in force. */
  async insistWell(): Promise<number> {
    await eventually('the change to be over', async () => {
      return ['idle', 'probation'].includes((await statusOf(this.node)).phase)
    })
    await eventually('the node to be ready', async () => {
      return (await adminOf(this.node)('GET /readyz')).status === 200
    })
    return versionOf(this.node)
  }

  async insistKept(): Promise<void> {
    await this.#writer.insistKept()
    await insistVerified(this.node, this.#place)
  }
}

/** From version 1 to version 2, which is on probation. */
async function insistForward(victim: Victim, ending: Ending, name: string): Promise<void> {
  const { node } = victim
  const { status, text } = await victim.cut(ending, stopOf(name, name === 'check' ? 1 : 2), () =>
    apply(node, 2),
  )
  const version = await victim.insistWell()
  const needed = forward.indexOf(name) <= forward.indexOf(ending.neededUntil ?? '')
  assert.ok(status === 200 || (needed && status === 503), `${name}: ${status} ${text}`)
  if (status === 200) {
    const { outcome = '', because = '' } = (await historyOf(node)).at(-1) ?? {}
    // Where a thread takes longer than 2 s to be back, the probation takes the change back by itself.
    if (outcome === 'rolled back') assert.match(because, /^the node is not ready: /)
    assert.equal(version, outcome === 'rolled back' ? 1 : 2, name)
  } else {
    assert.match(text, /"retryable":true/)
    assert.equal(version, 1, name)
  }
  if (version === 1) {
    assert.equal((await apply(node, 2)).status, 200, 'whoever asks again gets it')
    assert.equal(await victim.insistWell(), 2)
  }
}

/** From version 2, which is on probation, back to version 1. */
async function insistBack(victim: Victim, ending: Ending, name: string): Promise<void> {
  const { node } = victim
  // What is told of a change that was taken back is what there is again.
  const of = ['restore', 'event', 'record'].includes(name) ? 1 : 2
  const { status, text } = await victim.cut(ending, stopOf(name, of), () => rollback(node))
  assert.equal(status, 200, `${name}: ${text}`)
  assert.equal(await victim.insistWell(), 1, name)
}

async function insistCuts(ending: Ending): Promise<void> {
  const victim = await Victim.start('1h')
  for (const [at, name] of forward.entries()) {
    await victim.whole()
    await insistForward(victim, ending, name)
    await victim.whole()
    const nameBack = back[at]
    if (nameBack !== undefined) await insistBack(victim, ending, nameBack)
    else await rollback(victim.node)
    await settled(victim.node, 1, 'idle')
    await insistAgreement(victim.node)
  }
  await victim.insistKept()
}

async function insistKeeping(): Promise<void> {
  const victim = await Victim.start('2s')
  for (const [at, ending] of endings.entries()) {
    const version = 2 + at
    await victim.whole()
    const { status } = await victim.cut(ending, stopOf('keep', version), () => apply(victim.node, version))
    assert.equal(status, 200)
    await settled(victim.node, version, 'idle')
    assert.equal(await victim.insistWell(), version, ending.services.join())
    await insistAgreement(victim.node)
  }
  await victim.insistKept()
}

test(
  'threads end at each stage of a change, and it is in force everywhere or nowhere',
  { concurrency: true },
  async (t) => {
    await Promise.all([
      ...endings.map((ending) =>
        t.test(`those of ${ending.services.join(' and ')}`, () => insistCuts(ending)),
      ),
      t.test('those of each of them, when the probation has held', insistKeeping),
    ])
  },
)
