/**
 * Where a stateful service writes down what it is about to acknowledge: records in the order they were
 * appended, handed back after a crash. The arena keeps them in shared memory that the kernel owns; a disk or a
 * stream may keep them later, so nothing here says where they are.
 *
 *     decide → append → apply to the projection → settled → acknowledge
 */

export interface Journal {
  /**
   * Takes a record of at least one byte; the bytes may be reused afterwards. Throws a `Refusal` (Full) when
   * there is no room for it with `spareBytes` left over, and then nothing has been appended.
   */
  append(record: Uint8Array, spareBytes: number): void
  /**
   * Null when everything appended so far survives the end of this thread already; else resolves when it does.
   * What is acknowledged, is acknowledged after it. A rejection means the journal is lost: the thread falls.
   */
  settled(): Promise<void> | null
  /**
   * Applies every whole record, oldest first, to what `begin` returns, and resolves when all of them were. Once,
   * before the first append. The bytes are good until `apply` returns and do not change before: what is kept of
   * them is copied, and nothing else needs to be.
   *
   * A thread that waits to take over is given records while the one before it still appends, and resolves when it
   * owns the journal. Should the journal be compacted meanwhile, everything comes anew and `begin` is called once
   * more: the projection before is void, so none may act on anything beyond itself.
   */
  replay<Projection>(begin: () => Projecting<Projection>): Promise<Replayed<Projection>>
  /**
   * Replaces everything by these records. A crash at any moment leaves either all of the old or all of the new.
   * Throws a `Refusal` (Full) when they do not fit; then the old ones stay.
   */
  compact(records: Iterable<Uint8Array>): void
  /**
   * Has a thread that waits to take over write such records, while this one goes on, of what it makes of the journal.
   * To be called again until it says how that ended, for only a call lets them replace what there was.
   */
  compactAside(): Aside
  /** Bytes the records take, and the most they may. */
  readonly bytes: number
  readonly bytesMax: number
}

/** Nobody has begun; somebody is at it; everything is replaced; it came to nothing, for the records do not fit. */
export type Aside = 'asked' | 'begun' | 'done' | 'failed'

/** A projection of no records, and what makes it the next one with each of them. */
export interface Projecting<Projection> {
  readonly projection: Projection
  readonly apply: (record: Uint8Array) => void
  /**
   * What a thread that waits to take over may do when it has applied all there is: a few milliseconds of it.
   * Says whether there is more to do.
   */
  readonly meanwhile?: () => boolean
  /**
   * Records that would make the projection out of an empty one, for `compactAside`; each is good until the next is
   * asked for. Nothing is applied before they have all been.
   */
  readonly snapshot?: () => Iterable<Uint8Array>
}

export interface Replayed<Projection> {
  readonly projection: Projection
  readonly records: number
  /** Whether the last record was cut short or did not match its checksum, and was dropped. */
  readonly torn: boolean
}
