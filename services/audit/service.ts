/**
 * The audit service: writes acts down before it says so, and serves the log as tiles. It signs nothing: the kernel
 * has the key, and signs what it has checked to be a continuation of what it signed before.
 *
 * The journal is the log. Nothing in it is ever of no use, so it is never compacted, and what is full stays full.
 */

import { service } from '@ron/kernel/contract/contract'
import { formatSize } from '@ron/kernel/contract/units'
import type { Clock } from '@ron/kernel/ports/clock'
import { entriesOf } from '@ron/kernel/tlog/entries'
import { hashText, leafHash } from '@ron/kernel/tlog/hash'
import { rebuild } from '../journaled.ts'
import type { audit } from './contract.ts'
import type { EventTrees } from './event-trees.ts'
import { AuditLog } from './log.ts'
import { AppendedRecords, entryOf, type Act } from './record.ts'

/**
 * What anybody may bring about by asking in vain leaves an eighth of the log to what matters more: whoever fills
 * it with denials does not stop the operator.
 */
const deniedShare = 1 / 8
/** A log that is fuller than this says so. */
const fullShare = 3 / 4

/** When somebody asks again whom a tree was not ready for. */
const growingRetryMs = 1_000

export default service<typeof audit>(async ({ journal, clock, log }) => {
  const records = new AppendedRecords()
  const kept = await rebuild(journal, log, () => {
    const projection = new AuditLog()
    return { projection, apply: (record) => projection.apply(records.decode(record)) }
  })
  const deniedBytes = Math.floor(journal.bytesMax * deniedShare)

  let trees: Promise<EventTrees> | null = null
  const leaf = (index: number): Uint8Array => {
    const found = kept.tree.leaf(index)
    if (found === null) throw new RangeError(`the log has no entry ${index}`)
    return found
  }

  function record(acts: readonly Act[], number: number): void {
    const entries: Uint8Array[] = []
    let before = kept.link
    for (const act of acts) {
      const entry = entryOf(kept.size + entries.length, before, act)
      entries.push(entry)
      before = leafHash(entry)
    }
    const appended = { number, entries }
    const spareBytes = acts.every(({ kind }) => kind === 'denial') ? deniedBytes : 0
    journal.append(records.encode(appended), spareBytes)
    kept.apply(appended)
  }

  return {
    handle: {
      async append({ number, acts }) {
        const unknown = acts.slice(Math.max(0, kept.number - number))
        if (unknown.length > 0) record(unknown, number + acts.length)
        await journal.settled()
        return { size: kept.size }
      },

      async restore({ first, body }, { refuse }) {
        if (first !== kept.size || kept.number > 0)
          return refuse('Conflict', `the log has ${kept.size} entries already`)
        const appended = { number: 0, entries: entriesOf(body).map((entry) => entry.slice()) }
        journal.append(records.encode(appended), 0)
        kept.apply(appended)
        await journal.settled()
        return { size: kept.size }
      },

      head({ from }, { refuse }) {
        if (from > kept.size) return refuse('NotFound', `the log has ${kept.size} entries, not ${from}`)
        return {
          size: kept.size,
          root: hashText(kept.tree.root()),
          proof: kept.tree.consistency(from, kept.size).map(hashText),
          number: kept.number,
          bytes: journal.bytes,
          bytes_max: journal.bytesMax,
        }
      },

      // Copies, for what is answered changes hands.
      tile(tile, { refuse }) {
        const bytes = kept.tile(tile)
        return { body: bytes?.slice() ?? refuse('NotFound', 'the log has no such tile') }
      },

      entries({ index, width }, { refuse }) {
        const bytes = kept.bundle(index, width)
        return { body: bytes?.slice() ?? refuse('NotFound', 'the log has no such entries') }
      },

      tail({ from, limit }) {
        const { size } = kept
        const first = Math.min(from ?? Math.max(0, size - limit), size)
        return { first, size, body: kept.slice(first, Math.min(size, first + limit)) }
      },

      prove({ index, size }, { refuse }) {
        if (size > kept.size) return refuse('NotFound', `the log has ${kept.size} entries, not ${size}`)
        const leaf = kept.tree.leaf(index)
        if (leaf === null || index >= size) return refuse('NotFound', `entry ${index} is not among ${size}`)
        return {
          leaf: hashText(leaf),
          root: hashText(kept.tree.root(size)),
          proof: kept.tree.inclusion(index, size).map(hashText),
        }
      },

      async place({ index, size }, { refuse }) {
        if (size > kept.size) return refuse('NotFound', `the log has ${kept.size} entries, not ${size}`)
        if (index >= size) return refuse('NotFound', `entry ${index} is not among ${size}`)
        const place = await (await (trees ??= eventTrees(clock, leaf))).place(index, size)
        if ('wanted' in place) {
          const { leaves, wanted } = place
          return refuse(
            'Busy',
            `the tree for inclusion has ${leaves} of ${wanted} leaves; ask again shortly`,
            {
              retryAfterMs: growingRetryMs,
            },
          )
        }
        return {
          event: Buffer.from(leaf(index)).toString('hex'),
          root: scalarText(place.root),
          first: index - place.index,
          index: place.index,
          others: place.others.map(scalarText),
        }
      },
    },

    health() {
      if (journal.bytes < journal.bytesMax * fullShare) return { state: 'ready' }
      const because =
        `${formatSize(journal.bytes)} of ${formatSize(journal.bytesMax)} of the audit log are used; ` +
        'raise audit.journal_bytes_max before it is full'
      return { state: 'degraded', because }
    },

    stop: async () => {},
  }
})

/** The arithmetic is loaded for whoever asks first: most nodes are never asked. */
async function eventTrees(clock: Clock, leaf: (index: number) => Uint8Array): Promise<EventTrees> {
  const { EventTrees } = await import('./event-trees.ts')
  return new EventTrees({ clock, leaf })
}

/** 32 bytes in hex, as public inputs are written. */
function scalarText(scalar: bigint): string {
  return scalar.toString(16).padStart(64, '0')
}
