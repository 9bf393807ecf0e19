/** A post, and what it takes of the budget. Posts are compared by `order`, which follows their ids. */

export interface Post {
  readonly id: string
  /** Counts up with every post of a tenant. */
  readonly order: number
  readonly author: string
  readonly sentAtMs: number
  /** UTF-8, so that it can be overwritten. */
  readonly text: Uint8Array | null
  readonly attrs: Readonly<Record<string, string>>
  /** `b3:` addresses of objects in storage. */
  readonly attachments: readonly string[]
  readonly chargedBytes: number
  /** Whether it was copied into the timelines of its followers; a pulled post waits to be read. */
  readonly pushed: boolean
  /** Deleted, while timelines that hold it are still being cleared. */
  gone: boolean
}

export type Draft = Pick<Post, 'author' | 'text' | 'attrs' | 'attachments'>

/** The record itself, an index entry and a place in its author's list. */
const overheadBytes = 512

export function chargeOf({ author, text, attrs, attachments }: Draft): number {
  const texts = [author, ...attachments, ...Object.entries(attrs).flat()]
  // Two bytes a character: what a text outside Latin-1 takes in memory.
  return overheadBytes + (text?.length ?? 0) + 2 * texts.reduce((sum, { length }) => sum + length, 0)
}
