/**
 * The records of the whole mailbox in their bytes: what is written before it is applied, what is replayed
 * after a crash, and the snapshot that stands for all of it. Queues and feeds share one journal, so they
 * come back as they were at one moment.
 */

import { unknownKind, type RecordReader } from '../../record-reader.ts'
import { RecordWriter } from '../../record-writer.ts'
import { readFeedRecord, writeFeedRecord } from '../feeds/feed-record-codec.ts'
import type { FeedRecord } from '../feeds/feed-records.ts'
import type { Feeds } from '../feeds/feeds.ts'
import type { Depot } from '../queues/depot.ts'
import { readQueueRecord, writeQueueRecord } from '../queues/queue-record-codec.ts'
import type { QueueRecord } from '../queues/queue-records.ts'

export class Book {
  readonly #depot: Depot
  readonly #feeds: Feeds
  readonly #writer = new RecordWriter()

  constructor(depot: Depot, feeds: Feeds) {
    this.#depot = depot
    this.#feeds = feeds
  }

  /** Valid until the next record is written. */
  queueBytes(record: QueueRecord): Uint8Array {
    writeQueueRecord(this.#writer, record)
    return this.#writer.end()
  }

  /** Valid until the next record is written. */
  feedBytes(record: FeedRecord): Uint8Array {
    writeFeedRecord(this.#writer, record)
    return this.#writer.end()
  }

  /**
   * Applies what was written down. Throws for a version or a kind that this node does not know. The reader is not
   * the book's: it holds on to the memory of the last record, with what was in it, for as long as it lives.
   */
  replay(record: Uint8Array, from: RecordReader): void {
    const kind = from.begin(record)
    const queueRecord = readQueueRecord(from, kind)
    const feedRecord = queueRecord === null ? readFeedRecord(from, kind) : null
    if (queueRecord === null && feedRecord === null) throw unknownKind(kind)
    from.end()
    if (queueRecord !== null) this.#depot.apply(queueRecord)
    if (feedRecord !== null) this.#feeds.apply(feedRecord)
  }

  /** Applied in order to nothing they make an equal state. Each is valid until the next is asked for. */
  *snapshot(): Generator<Uint8Array> {
    // A writer of its own: a record that waits for this to make room is still in the other.
    const writer = new RecordWriter()
    for (const record of this.#depot.snapshot()) {
      writeQueueRecord(writer, record)
      yield writer.end()
    }
    for (const record of this.#feeds.snapshot()) {
      writeFeedRecord(writer, record)
      yield writer.end()
    }
  }
}
