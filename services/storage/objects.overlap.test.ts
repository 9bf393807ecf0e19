/** `Objects` when its operations overlap: the engine answers each one late, in any order. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Blobs } from '@ron/kernel/ports/blobs'
import { blobsPlace, journalPlace, stampTable } from '../testing.ts'
import { ENTRY_BYTES } from './budget.ts'
import { openObjects, type Limits } from './opened.fixture.ts'
import { brokenPrecondition } from './preconditions.ts'

const opened = (limits: Limits, blobs: Blobs) =>
  openObjects(blobs, journalPlace().open(), stampTable(), limits)
const anyway = () => undefined
const onlyNew = (current: string | undefined) => brokenPrecondition({ if_none_match: '*' }, current)
const onlyExisting = (current: string | undefined) => brokenPrecondition({ if_match: '*' }, current)
const incoming = (text: string) => ({
  content: new TextEncoder().encode(text),
  type: 'text/plain',
  expected: undefined,
})

test('of overlapping puts that all want to be the first, exactly one is, and it is the content that is read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 5 }), async (scheduler, writers) => {
      const limits = { bytesMax: 1e6, namesMax: 10, verifyReads: true }
      const objects = await opened(limits, slow(blobsPlace().open(), scheduler))
      const puts = Array.from({ length: writers }, (_, i) => objects.put('t', 'x', incoming(`${i}`), onlyNew))
      await scheduler.waitIdle()
      const results = await Promise.all(puts)
      const winners = results.filter((put) => !('refused' in put))
      assert.equal(winners.length, 1)
      const [winner] = winners
      assert.ok(winner !== undefined && 'address' in winner)
      assert.equal(objects.find('t', 'x')?.address, winner.address)
      assert.equal(objects.bytesUsed, 1 + 2 * ENTRY_BYTES)
    }),
  )
})

test('in any overlap the budget holds throughout, no acknowledged content is lost, and deleting all frees all', async () => {
  const name = fc.constantFrom('x', 'y', 'z')
  const text = fc.constantFrom('one', 'two', 'l'.repeat(400))
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('put' as const),
      name,
      text,
      when: fc.constantFrom(anyway, onlyNew, onlyExisting),
    }),
    fc.record({ kind: fc.constant('pin' as const), text }),
    fc.record({ kind: fc.constant('remove' as const), name }),
    fc.record({ kind: fc.constant('unpin' as const), text }),
    fc.record({ kind: fc.constant('read' as const), name }),
  )
  const bytesMax = 7 * ENTRY_BYTES
  const namesMax = 2
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(step, { maxLength: 12 }), async (scheduler, steps) => {
      const blobs = blobsPlace().open()
      const objects = await opened({ bytesMax, namesMax, verifyReads: true }, slow(blobs, scheduler))
      const within = () => assert.ok(objects.bytesUsed <= bytesMax && blobs.bytesUsed <= bytesMax)
      const addresses = new Set<string>()

      const run = async (next: (typeof steps)[number]) => {
        if (next.kind === 'put') await objects.put('t', next.name, incoming(next.text), next.when)
        if (next.kind === 'remove') await objects.remove('t', next.name, anyway)
        if (next.kind === 'pin') {
          const pinned = await objects.pin('t', incoming(next.text))
          if (!('refused' in pinned)) addresses.add(pinned.address)
        }
        if (next.kind === 'unpin') for (const address of addresses) await objects.unpin('t', address)
        const found = next.kind === 'read' ? objects.find('t', next.name) : undefined
        if (found !== undefined) assert.notEqual((await objects.read(found)).kind, 'corrupt')
        within()
      }
      const first = run({ kind: 'put', name: 'x', text: 'one', when: anyway })
      await scheduler.waitIdle()
      await first
      const runs = steps.map(run)
      within()
      await scheduler.waitIdle()
      await Promise.all(runs)

      const { items } = objects.list('t', '', '', 10)
      assert.ok(items.length <= namesMax)
      const readings = items.map((item) => objects.read(item))
      await scheduler.waitIdle()
      for (const reading of await Promise.all(readings)) assert.equal(reading.kind, 'content')

      const removals = [
        ...items.map((item) => objects.remove('t', item.name, anyway)),
        ...[...addresses].map((address) => objects.unpin('t', address)),
      ]
      await scheduler.waitIdle()
      await Promise.all(removals)
      assert.equal(objects.bytesUsed, 0)
      assert.equal(blobs.bytesUsed, 0)
    }),
  )
})

/** An engine whose effects come in order, as the port wants, and whose answers come when the scheduler likes. */
function slow(blobs: Blobs, scheduler: fc.Scheduler): Blobs {
  return {
    get bytesUsed() {
      return blobs.bytesUsed
    },
    put: (address, content) => scheduler.schedule(blobs.put(address, content), 'put'),
    get: (address) => scheduler.schedule(blobs.get(address), 'get'),
    look: (address, of) => scheduler.schedule(blobs.look(address, of), 'look'),
    delete: (address) => scheduler.schedule(blobs.delete(address), 'delete'),
    keepOnly: (needed) => blobs.keepOnly(needed),
    close: () => blobs.close(),
  }
}
