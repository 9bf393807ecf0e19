/**
 * What a journal in shared memory does, store by store, as a pure function of its books and an event. The
 * engine carries the stores out in the order given; `loom-sim` stops the thread between any two of them. It
 * knows no bytes and no buffers: a record is a length.
 *
 *     half   [ record │ record │ record │ half-written… │ 0 0 0 … ]
 *             0                 last     end             reach
 *
 * Two halves, one of them live. A record counts once `end` is past it, so its bytes come first and `end` comes
 * last. A snapshot is written to the other half in the same way, and one store then makes that half the live
 * one: whoever reads finds all of the old or all of the new. `reach` says how far bytes may differ from zero
 * and moves ahead of them, so that all that was ever written can be overwritten.
 *
 * A follower reads along while the owner writes, and takes nothing but whole records (`follow`). `turn` tells it
 * when the half it reads goes: it is odd while the halves change places, and moves on before the old one is
 * erased, so what was copied between two looks at the same even turn is what was written. A record that is cut
 * off, since it was damaged, goes in the same way.
 *
 * A follower may also write the snapshot, while the owner goes on (`journal-copy.ts`): what it has applied comes from
 * the records before its place, so the owner only adds the records behind that place, and lets the half be the live
 * one. `adopted` is the turn at which that happened last, so that the follower knows its own copy and goes on in it.
 */

export type Side = 0 | 1

export interface Half {
  /** Bytes that may differ from zero. */
  readonly reach: number
  /** Where the last record begins; `end` when none is known to be the last. */
  readonly last: number
  /** Bytes of whole records. */
  readonly end: number
}

/** What the header says. */
export interface Books {
  /** Bytes of each half. */
  readonly capacity: number
  readonly live: Side
  /** Counts the beginnings and the ends of what takes from a follower what it may have read: a flip, a cut. */
  readonly turn: number
  /** The turn that began with the last adoption. */
  readonly adopted: number
  readonly halves: readonly [Half, Half]
}

export type JournalEvent =
  /** A record of this many bytes, head included, is to be written to one side, with so many left over. */
  | { readonly kind: 'append'; readonly side: Side; readonly bytes: number; readonly spare: number }
  /** A snapshot did not become whole; the side that is not live is to be empty again. */
  | { readonly kind: 'clear' }
  /** The snapshot is whole. */
  | { readonly kind: 'flip' }
  /** The same of one that a follower wrote, which is for long journals: what was live is left to be wiped. */
  | { readonly kind: 'adopt' }
  /** So many bytes of what is left in the half that is not live are to be zeros. */
  | { readonly kind: 'wipe'; readonly bytes: number }
  /** A new owner has read the live side and found it whole up to `at`: its end, or its last record. */
  | { readonly kind: 'recover'; readonly at: number }

export type JournalStore =
  | { readonly kind: 'reach' | 'last' | 'end'; readonly side: Side; readonly at: number }
  /** The record itself: length, checksum, bytes. */
  | { readonly kind: 'record'; readonly side: Side; readonly at: number }
  | { readonly kind: 'live'; readonly side: Side }
  | { readonly kind: 'turn' | 'adopted'; readonly turn: number }
  | { readonly kind: 'erase'; readonly side: Side; readonly from: number; readonly to: number }

type Step = readonly [Books, readonly JournalStore[]]

const empty: Half = { reach: 0, last: 0, end: 0 }

export function emptyBooks(capacity: number): Books {
  return { capacity, live: 0, turn: 0, adopted: 0, halves: [empty, empty] }
}

export function otherSide(side: Side): Side {
  return side === 0 ? 1 : 0
}

/** The books afterwards and the stores that lead there; null when the record does not fit. */
export function journalSteps(books: Books, event: JournalEvent): Step | null {
  const { live, halves } = books
  switch (event.kind) {
    case 'append':
      return appended(books, event)
    case 'clear':
      return cleared(books, otherSide(live))
    case 'flip': {
      // The side that goes is emptied after the flip: until then it is all there is.
      const [flipped, flip] = flippedBy(books, [])
      const [next, stores] = cleared(flipped, live)
      return [next, [...flip, ...stores]]
    }
    case 'adopt': {
      const turn = nextTurn(nextTurn(books.turn))
      const [flipped, flip] = flippedBy({ ...books, adopted: turn }, [{ kind: 'adopted', turn }])
      const { reach } = halves[live]
      return [withHalf(flipped, live, { ...empty, reach }), [...flip, ...uncounted(live)]]
    }
    case 'wipe': {
      const side = otherSide(live)
      const { reach } = halves[side]
      const from = Math.max(0, reach - event.bytes)
      return [withHalf(books, side, { ...empty, reach: from }), from < reach ? erased(side, from, reach) : []]
    }
    case 'recover': {
      const { at } = event
      const { reach, last, end } = halves[live]
      const cut = end > at
      // A follower may have what is cut off in its copy. And the thread before may have fallen under an odd turn.
      const begun = cut && !isChanging(books.turn) ? nextTurn(books.turn) : books.turn
      const turn = isChanging(begun) ? nextTurn(begun) : begun
      const [tidy, stores] = cleared({ ...books, turn }, otherSide(live))
      return [
        withHalf(tidy, live, { reach: at, last, end: at }),
        [
          ...(begun === books.turn ? [] : [{ kind: 'turn', turn: begun } as const]),
          ...(cut ? [{ kind: 'end', side: live, at } as const] : []),
          ...(turn === begun ? [] : [{ kind: 'turn', turn } as const]),
          ...(reach > at ? erased(live, at, reach) : []),
          ...stores,
        ],
      ]
    }
  }
}

/** What a reader makes of the place it has come to. `whole`: a record with the right checksum lies there. */
export function judge(
  { last, end }: Half,
  at: number,
  whole: boolean,
): 'done' | 'record' | 'torn' | 'damaged' {
  if (at === end) return 'done'
  if (at > last) return 'damaged'
  if (whole) return 'record'
  // Only the last record can have been cut short. A bad one before it was whole once, and acknowledged: to go
  // on behind it would be to lose it in silence.
  return at === last ? 'torn' : 'damaged'
}

/** What a follower, which has applied all up to `at` under one turn, may do at the books it sees. */
export function follow(
  { turn, live, halves }: Books,
  at: number,
  under: number,
): 'read' | 'wait' | 'begin anew' {
  if (isChanging(turn)) return 'wait'
  if (turn !== under) return 'begin anew'
  return at < halves[live].end ? 'read' : 'wait'
}

/** Whether the copy that a follower finished under one turn, if it did, is what is live now. */
export function crossesOver({ turn, adopted }: Books, finishedUnder: number | null): boolean {
  return finishedUnder !== null && turn === adopted && turn === nextTurn(nextTurn(finishedUnder))
}

/** Whether a follower that owns the journal by now may go on from the place it has come to under one turn. */
export function goesOn({ turn }: Books, under: number): boolean {
  // The half that was live when it looked under an odd turn may not be the one that is live now.
  return turn === under && !isChanging(turn)
}

/** Whether the halves are about to change places, or a record is about to go. */
function isChanging(turn: number): boolean {
  return turn % 2 !== 0
}

/** A turn is counted in a 32-bit integer. */
function nextTurn(turn: number): number {
  return (turn + 1) | 0
}

/** Whether a thread that was lent the memory under one number may begin a write while another stands there. */
export function mayWrite(owner: number, lentUnder: number): boolean {
  return owner === lentUnder
}

function appended(
  books: Books,
  { side, bytes, spare }: Extract<JournalEvent, { kind: 'append' }>,
): Step | null {
  const at = books.halves[side].end
  const end = at + bytes
  if (end + spare > books.capacity) return null
  return [
    withHalf(books, side, { reach: end, last: at, end }),
    [
      { kind: 'reach', side, at: end },
      { kind: 'record', side, at },
      { kind: 'last', side, at },
      { kind: 'end', side, at: end },
    ],
  ]
}

function cleared(books: Books, side: Side): Step {
  const { reach } = books.halves[side]
  if (reach === 0) return [books, []]
  return [withHalf(books, side, empty), [...uncounted(side), ...erased(side, 0, reach)]]
}

/** Lets the other half be the live one, in a turn of its own; `told` is what has to be known before that begins. */
function flippedBy(books: Books, told: readonly JournalStore[]): Step {
  const side = otherSide(books.live)
  const begun = nextTurn(books.turn)
  const ended = nextTurn(begun)
  return [
    { ...books, live: side, turn: ended },
    [{ kind: 'turn', turn: begun }, { kind: 'live', side }, ...told, { kind: 'turn', turn: ended }],
  ]
}

/** Nothing in a half counts any more. */
function uncounted(side: Side): readonly JournalStore[] {
  return [
    { kind: 'last', side, at: 0 },
    { kind: 'end', side, at: 0 },
  ]
}

function erased(side: Side, from: number, to: number): readonly JournalStore[] {
  return [
    { kind: 'erase', side, from, to },
    { kind: 'reach', side, at: from },
  ]
}

function withHalf(books: Books, side: Side, half: Half): Books {
  const { halves } = books
  return { ...books, halves: side === 0 ? [half, halves[1]] : [halves[0], half] }
}
