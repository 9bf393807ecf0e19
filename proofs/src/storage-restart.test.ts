/**
 * No acknowledged write is lost when the thread of storage ends, whatever ends it and whenever: the thread that
 * follows has every object that was put, none that was removed, and all the room that there was.
 */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { eventually } from './eventually.ts'
import { asker, type Ask } from './http.ts'
import { startNode } from './node-process.ts'
import { inspected, restartThread, runInThread } from './thread-killer.ts'

async function sameAs(ask: Ask, written: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [name, content] of written) {
    const got = await ask(`GET /objects/${name}`)
    assert.equal(got.status, 200, `${name}: ${got.text.slice(0, 200)}`)
    assert.deepEqual(Buffer.from(got.bytes), Buffer.from(content))
  }
}

test('objects that were put are there after each end of the storage thread, and what was removed is not', async () => {
  const node = await startNode({ env: inspected })
  const ask = asker(node)
  const written = new Map<string, Uint8Array>()
  for (const [round, line] of [
    'process.exit(7)',
    'throw new Error("thrown from outside")',
    'void Promise.reject(new Error("rejected from outside"))',
  ].entries()) {
    for (const bytes of [0, 1, 511, 512, 513, 70_000, 1_000_000]) {
      const [name, content] = [`${round}/${bytes}`, randomBytes(bytes)]
      assert.equal((await ask(`PUT /objects/${name}`, { body: content })).status, 201)
      written.set(name, content)
    }
    await ask('PUT /objects/removed', { body: 'to be removed' })
    assert.equal((await ask('DELETE /objects/removed')).status, 204)
    const { address } = (await ask('POST /o', { body: `pinned ${round}` })).json<{ address: string }>()
    await restartThread(node, 'storage', line)
    await sameAs(ask, written)
    assert.equal((await ask('GET /objects/removed')).status, 404)
    assert.equal((await ask(`GET /o/${address}`)).text, `pinned ${round}`)
  }
})

test('of writes that were under way when the thread ended, those that were acknowledged are whole', async () => {
  const node = await startNode({ env: inspected })
  const ask = asker(node)
  const acknowledged = new Map<string, Uint8Array>()
  const refused: number[] = []
  const enough = new AbortController()
  const writer = async (who: number) => {
    for (let n = 0; !enough.signal.aborted; n++) {
      const [name, content] = [`${who}/${n}`, randomBytes(20_000)]
      const { status } = await ask(`PUT /objects/${name}`, { body: content })
      if (status === 201) acknowledged.set(name, content)
      else refused.push(status)
    }
  }
  const writers = [1, 2, 3, 4].map(writer)
  for (let kill = 0; kill < 3; kill++) {
    const before = acknowledged.size
    await eventually('more to be written', async () => acknowledged.size > before + 20)
    await restartThread(node, 'storage', 'process.exit(7)')
  }
  enough.abort()
  await Promise.all(writers)
  assert.ok(
    refused.every((status) => status === 503),
    `other refusals: ${[...new Set(refused)]}`,
  )
  await sameAs(ask, acknowledged)
})

test('when the node ends, what storage kept is overwritten, also when its thread hangs', async () => {
  for (const line of ['0', 'for (;;);']) {
    const node = await startNode({ env: inspected })
    await asker(node)('PUT /objects/a', { body: Buffer.alloc(100_000, 1) })
    await runInThread(node, 'storage', line)
    node.signal('SIGTERM')
    await node.ended()
    const [, bytes] =
      /"bytes":(\d+),"msg":"what the services kept was overwritten with zeros"/.exec(node.output()) ?? []
    assert.ok(Number(bytes) > 100_000, node.output().slice(-2_000))
  }
})
