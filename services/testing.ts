/**
 * What a test needs to run a service in its own thread: the ports of a context, and calls to hand to its
 * handlers. Refusals are thrown, as the kernel throws them.
 */

import { after } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Call, EventOf, Operation } from '@ron/kernel/contract/contract'
import { ArenaBlobs } from '@ron/kernel/arena/arena-blobs'
import { ArenaJournal } from '@ron/kernel/arena/arena-journal'
import { BlobsSegment, lendBlobs, newBlobsMemory } from '@ron/kernel/arena/blobs-segment'
import { lendJournal, newJournalMemory } from '@ron/kernel/arena/journal-segment'
import { newStampMemory, StampTable } from '@ron/kernel/arena/stamp-table'
import { Refusal } from '@ron/kernel/contract/refusals'
import type { Blobs } from '@ron/kernel/ports/blobs'
import type { Journal } from '@ron/kernel/ports/journal'
import type { Log } from '@ron/kernel/ports/log'
import { systemClock } from '@ron/kernel/system/clock'
import { systemRandom } from '@ron/kernel/system/random'

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/** The ports of a context; a test adds `config`, `peers` and, where the service has state, its memory. */
export const system = {
  clock: systemClock,
  random: systemRandom,
  log: silent,
  journal: null,
  blobs: null,
  stamps: null,
}

/** Keeps the process of a test file until its tests are over: neither a service nor its clock does. */
export function keepAwake(): void {
  const alive = setInterval(() => {}, 1_000)
  after(() => clearInterval(alive))
}

/** Lets the event loop turn. */
const pause = () => setImmediate()
/** The same for what nobody waits for: a follower that a failed test left behind must not keep the process. */
const idle = () => setImmediate(undefined, { ref: false })

/** A journal's memory, which outlives the service: opening it again is what a restart does. */
export function journalPlace(bytesMax = 2 ** 20): JournalMemory {
  const memory = newJournalMemory(bytesMax)
  const place = { memory, setting: 'test.journal_bytes_max' }
  return {
    open: () => new ArenaJournal(place, { owner: Promise.resolve(lendJournal(memory)), pause, beat() {} }),
    follow() {
      let take = () => {}
      const owner = new Promise<number>((resolve) => {
        take = () => resolve(lendJournal(memory))
      })
      return { journal: new ArenaJournal(place, { owner, pause: idle, beat() {} }), take }
    },
  }
}

interface JournalMemory {
  readonly open: () => Journal
  /** The journal as a thread has it that waits for the one before it to end, and what lets it take over. */
  readonly follow: () => { readonly journal: Journal; readonly take: () => void }
}

/** Of a service whose answers nobody has kept yet. */
export function stampTable(): StampTable {
  return new StampTable(newStampMemory())
}

/** Opens a journal for one that keeps nothing of what it says. */
export async function opened(place: JournalMemory): Promise<Journal> {
  const journal = place.open()
  await journal.replay(() => ({ projection: null, apply() {} }))
  return journal
}

/** The same for contents; `damage` changes the first byte of the one that was put first. */
export function blobsPlace(bytesMax = 2 ** 20): { readonly open: () => Blobs; readonly damage: () => void } {
  const memory = newBlobsMemory(bytesMax)
  return {
    open() {
      const blobs = new ArenaBlobs({ memory, setting: 'test.bytes_max' }, systemRandom, pause)
      blobs.take(lendBlobs(memory))
      return blobs
    },
    damage() {
      const { content } = new BlobsSegment(memory)
      content[0] = (content[0] ?? 0) ^ 1
    },
  }
}

export interface TestCall<Op extends Operation> {
  readonly call: Call<Op>
  /** What the handler emitted so far. */
  readonly events: EventOf<Op>[]
  /** Lets the handler emit this many more events. */
  readonly grant: (events: number) => void
  readonly abort: () => void
}

/** A call by a tenant, whose subscriber has room for `room` events. */
export function callBy<Op extends Operation>(tenant = '0'.repeat(32), room = 0): TestCall<Op> {
  const gone = new AbortController()
  const events: EventOf<Op>[] = []
  const granted = { events: room }
  let wake = () => {}
  gone.signal.addEventListener('abort', () => wake())
  return {
    events,
    abort: () => gone.abort(),
    grant(more) {
      granted.events += more
      wake()
    },
    call: {
      caller: { subject: 'test', tenant, traceId: '0'.repeat(32) },
      signal: gone.signal,
      emit(event) {
        if (granted.events === 0) return false
        granted.events--
        events.push(event)
        return true
      },
      async room() {
        while (granted.events === 0 && !gone.signal.aborted) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
        if (gone.signal.aborted) throw new Refusal('Timeout', 'the subscriber is gone')
      },
      refuse(code, message, more) {
        throw new Refusal(code, message, more)
      },
    },
  }
}

/** The same for an operation that emits nothing. */
export function call<Op extends Operation>(tenant?: string): Call<Op> {
  return callBy<Op>(tenant).call
}

/** Matches a thrown refusal of this code whose message says this. */
export function refusal(code: string, message: RegExp): (thrown: unknown) => boolean {
  return (thrown) => thrown instanceof Refusal && thrown.code === code && message.test(thrown.message)
}
