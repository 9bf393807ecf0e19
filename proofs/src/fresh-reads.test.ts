/**
 * The front end keeps objects that were read, and nobody can tell by what is read: a read that begins after a
 * change was acknowledged sees that change or a later one, whatever happens to storage meanwhile.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from './eventually.ts'
import { asker, type Ask, type Reply } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode } from './node-process.ts'
import { inspected, restartThread } from './thread-killer.ts'

/** Every fifth version of an object is that it is not there. */
const isGone = (version: number) => version % 5 === 0

/** Headers that are of one answer and say nothing of what was read. */
const ofOneAnswer = new Set(['x-request-id', 'x-correlation-id', 'date'])

/**
 * The answer on a connection that goes on: one without a body ends its connection now and then, as chance has it, and
 * twice in a row hardly ever.
 */
async function answerOn(
  ask: Ask,
  what: `${string} /${string}`,
  headers: Readonly<Record<string, string>>,
): Promise<Reply> {
  const first = await ask(what, { headers })
  return first.headers.get('connection') === 'close' ? ask(what, { headers }) : first
}

class Changing {
  readonly #ask: Ask
  readonly #path: `/${string}`
  /** The last version that somebody was told of, and the last that somebody asked for. */
  #acknowledged = 0
  #begun = 0

  constructor(ask: Ask, name: string) {
    this.#ask = ask
    this.#path = `/objects/${name}`
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  async change(): Promise<void> {
    const version = ++this.#begun
    const { status } = isGone(version)
      ? await this.#ask(`DELETE ${this.#path}`)
      : await this.#ask(`PUT ${this.#path}`, { body: String(version) })
    // What was refused may have been done all the same; a removal may find that it was.
    assert.ok([200, 201, 204, 404, 503].includes(status), `version ${version}: ${status}`)
    if (status !== 503) this.#acknowledged = version
  }

  async look(): Promise<void> {
    const from = this.#acknowledged
    const { status, text } = await this.#ask(`GET ${this.#path}`)
    const possible = Array.from({ length: this.#begun - from + 1 }, (_, at) => from + at)
    if (status === 404) assert.ok(possible.some(isGone), `not there, with ${possible} possible`)
    else if (status === 200) assert.ok(possible.includes(Number(text)), `${text}, with ${possible} possible`)
    else assert.equal(status, 503)
  }
}

test('a read is never older than what was acknowledged before it began, through changes, removals and restarts', async () => {
  const node = await startNode({ env: inspected })
  const objects = ['a', 'b', 'c'].map((name) => new Changing(asker(node), `fresh/${name}`))
  const enough = new AbortController()
  const repeated = async (step: () => Promise<void>) => {
    while (!enough.signal.aborted) await step()
  }
  const all = Promise.all(
    objects.flatMap((object) => [
      repeated(() => object.change()),
      ...Array.from({ length: 3 }, () => repeated(() => object.look())),
    ]),
  )
  const changed = (by: number) => {
    const before = objects.map(({ acknowledged }) => acknowledged)
    const moved = async () => objects.every(({ acknowledged }, at) => acknowledged >= (before[at] ?? 0) + by)
    return Promise.race([eventually('more to be changed', moved), all])
  }
  for (let restart = 0; restart < 3; restart++) {
    await changed(50)
    await restartThread(node, 'storage', 'process.exit(7)')
  }
  await changed(50)
  enough.abort()
  await all
  const hits = (await scrape(node)).value('object_cache_reads_total{outcome="hit"}')
  assert.ok(hits > 100, `${hits} reads were answered from what the front end keeps`)
})

test('content that was unpinned is not there any more, however often it was read by its address', async () => {
  const node = await startNode()
  const ask = asker(node)
  for (let round = 0; round < 20; round++) {
    const { address } = (await ask('POST /o', { body: `round ${round}` })).json<{ address: string }>()
    for (let read = 0; read < 3; read++) assert.equal((await ask(`GET /o/${address}`)).status, 200)
    assert.equal((await ask(`DELETE /o/${address}`)).status, 204)
    assert.equal((await ask(`GET /o/${address}`)).status, 404)
  }
})

test('what the front end answers itself is what storage would answer: whole, in part, unchanged or refused', async () => {
  const [keeping, asking] = [await startNode(), await startNode({ args: ['--set', 'node.object_cache=0'] })]
  const headers: readonly Record<string, string>[] = [
    {},
    { range: 'bytes=2-4' },
    { range: 'bytes=-3' },
    { range: 'bytes=90-' },
    { 'if-none-match': '*' },
    { 'if-match': '"b3:other"' },
    { range: 'bytes=1-2', 'if-range': '"b3:other"' },
  ]
  const answers = async (ask: Ask) => {
    const body = '0123456789'
    const { address } = (await ask('POST /o', { body })).json<{ address: string }>()
    await ask('PUT /objects/x', { body, headers: { 'content-type': 'text/plain' } })
    const told: unknown[] = []
    for (const path of ['/objects/x', `/o/${address}`] as const) {
      await ask(`GET ${path}`)
      for (const method of ['GET', 'HEAD'] as const) {
        for (const wanted of headers) {
          const got = await answerOn(ask, `${method} ${path}`, wanted)
          const kept = [...got.headers].filter(([name]) => !ofOneAnswer.has(name))
          told.push([method, path, wanted, got.status, kept, got.text.replace(/"trace_id":"\w+"/, '')])
        }
      }
    }
    return told
  }
  assert.deepEqual(await answers(asker(keeping)), await answers(asker(asking)))
})
