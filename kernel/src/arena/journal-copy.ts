/**
 * Whose the half of a journal is that does not count: a word in its header, moved by compare and exchange, and as
 * pure functions. The owner of the journal may wish for a snapshot there, and a thread that follows writes it while
 * the owner goes on.
 *
 *     none ── wish ──► wished ── begin ──► writing ⇄ between ── finish ──► ready ── adopt ──► none
 *
 * A thread writes there only while the word says that it does, and lets go of it between two turns of its event
 * loop, so the owner can take the half back at any time and waits no longer than such a turn. Numbers count the
 * threads that followed; when one comes, those before it have ended or own the journal.
 */

export type Copy =
  | { readonly kind: 'none' | 'wished' }
  /** The snapshot did not fit. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'writing' | 'between' | 'ready'; readonly by: number }

export type CopyAct =
  | { readonly kind: 'wish' | 'adopt' }
  /** The owner takes the half back; the number is the one it followed under. */
  | { readonly kind: 'take'; readonly by: number }
  | { readonly kind: 'begin' | 'pause' | 'resume' | 'finish' | 'fail'; readonly by: number }

const none: Copy = { kind: 'none' }

/** What the word says afterwards; null when it must stay as it is. */
export function copyStep(copy: Copy, act: CopyAct): Copy | null {
  switch (act.kind) {
    case 'wish':
      return copy.kind === 'none' ? { kind: 'wished' } : null
    case 'adopt':
      return copy.kind === 'ready' ? none : null
    case 'take':
      return copy.kind === 'writing' && isAfter(copy.by, act.by) ? null : none
    case 'begin': {
      const left = copy.kind === 'between' || (copy.kind === 'writing' && copy.by !== act.by)
      return copy.kind === 'wished' || left ? { kind: 'writing', by: act.by } : null
    }
    case 'pause':
      return isWritten(copy, act.by) ? { kind: 'between', by: act.by } : null
    case 'resume':
      return copy.kind === 'between' && copy.by === act.by ? { kind: 'writing', by: act.by } : null
    case 'finish':
      return isWritten(copy, act.by) ? { kind: 'ready', by: act.by } : null
    case 'fail':
      return isWritten(copy, act.by) ? { kind: 'failed' } : null
  }
}

const kinds = ['none', 'wished', 'failed', 'writing', 'between', 'ready'] as const
const kindBits = 3

export function copyWord(copy: Copy): number {
  return kinds.indexOf(copy.kind) | (('by' in copy ? copy.by : 0) << kindBits)
}

/** Any word is one of them: it says nothing that memory has to be believed for. */
export function copyOf(word: number): Copy {
  const kind = kinds[word & ((1 << kindBits) - 1)] ?? 'none'
  const by = word >>> kindBits
  return kind === 'none' || kind === 'wished' || kind === 'failed' ? { kind } : { kind, by }
}

/** Numbers are as wide as the word has room for. */
export function copierNumber(count: number): number {
  return count & (0xffffffff >>> kindBits)
}

function isWritten(copy: Copy, by: number): boolean {
  return copy.kind === 'writing' && copy.by === by
}

/** Numbers begin again from nought one day. */
function isAfter(one: number, other: number): boolean {
  return ((one - other) << kindBits) >> kindBits > 0
}
