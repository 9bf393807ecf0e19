/**
 * How a stateful service keeps its journal: it records what it is about to do, and the journal is compacted
 * from a snapshot of what the service holds whenever that is worth its price. A service decides, records,
 * applies, and only then decides anew: a compaction inside `record` takes the snapshot, so everything recorded
 * before must have been applied by then. A long journal is compacted by the thread that follows it, so that this one
 * need not stand still.
 *
 *     decide → record → apply → acknowledge
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Journal, Projecting } from '@ron/kernel/ports/journal'
import type { Log } from '@ron/kernel/ports/log'

export interface Journaled {
  /** Records a change. Throws a `Refusal` (Full) when there is no room, and then nothing has been recorded. */
  record(bytes: Uint8Array): void
  /**
   * Records a change after which the service holds less. It may use room that `record` leaves free, for a full
   * journal that could not record a deletion would be full for ever. `freedBytes` is about how many bytes
   * shorter it makes a snapshot: a short record may make much room, and what is full is compacted for it sooner.
   */
  release(bytes: Uint8Array, freedBytes: number): void
  /**
   * The answer that says something is done: at once, or as soon as everything recorded so far survives the end
   * of this thread.
   */
  acknowledge<Answer>(answer: Answer): Answer | Promise<Answer>
}

/** A journal shorter than this is replayed in a few milliseconds, whatever is in it. */
const shortBytes = 2 ** 20
/** One shorter than this is compacted in some tens of milliseconds, which is sooner than to ask somebody. */
const asideBytes = 2 ** 22
/** What nobody has taken up when the journal is so many times as long as when it was asked for, is done here. */
const overdue = 2
/** This share of a journal is for `release`. */
const releaseShare = 1 / 16
/** A full journal is compacted again once so much was asked of it or freed in it, as a share of what the last one kept. */
const retryShare = 1 / 8

/** The projection that the journal says, and a line in the log about what came of it. Once, before `journaled`. */
export async function rebuild<Projection>(
  journal: Journal,
  log: Log,
  begin: () => Projecting<Projection>,
): Promise<Projection> {
  const { projection, records, torn } = await journal.replay(begin)
  if (torn) log.warn('the last record of the journal was cut short or damaged, and is dropped')
  if (records > 0) log.info('rebuilt from the journal', { records, bytes: journal.bytes })
  return projection
}

/**
 * `snapshot` gives records that would rebuild what the service holds now; it is run at once and to its end. A service
 * that can tell about how many bytes those have is not made to write them while hardly any are saved by it.
 */
export function journaled(
  journal: Journal,
  snapshot: () => Iterable<Uint8Array>,
  snapshotBytes: () => number = () => 0,
): Journaled {
  const spareBytes = Math.floor(journal.bytesMax * releaseShare)
  /** What was left by the last compaction; a journal that was just replayed may be all of use. */
  let keptBytes = journal.bytes
  /** Appended, refused or freed since. Unknown at first, so the first time it is full it may be compacted. */
  let askedBytes = Number.POSITIVE_INFINITY
  /** How long it was when somebody was first asked to compact it, who has not begun. */
  let asideSince: number | null = null

  /** Copies what is of use. A snapshot that is larger than the journal leaves everything as it is. */
  function compact(): void {
    try {
      journal.compact(snapshot())
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown
    }
    compacted()
  }

  function compacted(): void {
    keptBytes = journal.bytes
    askedBytes = 0
    asideSince = null
  }

  /** The same by whoever follows, a little at each call. */
  function compactAside(): void {
    const aside = journal.compactAside()
    if (aside === 'done' || aside === 'failed') return compacted()
    asideSince = aside === 'asked' ? (asideSince ?? journal.bytes) : null
    if (asideSince !== null && journal.bytes >= overdue * asideSince) compact()
  }

  /** Appends, and when it is full tries once more after a compaction, if one may bring enough. */
  function append(bytes: Uint8Array, spare: number, worthIt: () => boolean): void {
    askedBytes += bytes.length
    // Doubled since the last one: at worst it is copied for nothing, once for every byte that came.
    if (journal.bytes >= Math.max(2 * keptBytes, shortBytes) && journal.bytes >= 2 * snapshotBytes()) {
      if (journal.bytes < asideBytes) compact()
      else compactAside()
    }
    try {
      return journal.append(bytes, spare)
    } catch (thrown) {
      if (!isFull(thrown) || !worthIt()) throw thrown
    }
    compact()
    journal.append(bytes, spare)
  }

  return {
    // Where almost everything is of use, a compaction for every refused record would be all the service does.
    record: (bytes) => append(bytes, spareBytes, () => askedBytes >= keptBytes * retryShare),
    // Its room is used up by releases, and every one of them left something to clear away.
    release(bytes, freedBytes) {
      append(bytes, 0, () => true)
      askedBytes += freedBytes
    },
    acknowledge(answer) {
      const settling = journal.settled()
      return settling === null ? answer : settling.then(() => answer)
    },
  }
}

function isFull(thrown: unknown): boolean {
  return thrown instanceof Refusal && thrown.code === 'Full'
}
