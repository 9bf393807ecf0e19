/** What a node seals conversations with, and what it asks of its peers. */

import type { DowngradeReason } from '@ron/kernel/ports/meter'
import type { Primitives } from './primitives.ts'
import type { SignedKey } from './signed-key.ts'
import type { Suite } from './suites.ts'
import type { XWingKey } from './x-wing.ts'

export interface Sealing {
  readonly primitives: Primitives
  readonly keys: SessionKeys
  /** Resolves in the next turn of the event loop, when what was sent in this one is on its way. */
  turn(): Promise<void>
  /** Refuses peers that do not take a session. */
  readonly required: boolean
  /** Whether one more session may be opened now, or in how many milliseconds: each takes a fifth of one. */
  pace(): { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number }
  /** A conversation goes on in the clear, or is refused for it. */
  downgraded(reason: DowngradeReason, peer: string): void
}

export interface SessionKeys {
  /** The key to offer. */
  offered(): HeldKey
  /** Null for one that is not good any more, or never was. */
  find(id: string): HeldKey | null
}

/** A key and who signed it, which may be an earlier identity of the node. */
export interface HeldKey {
  readonly id: string
  /** The same key, as each suite has it signed. */
  readonly signed: Readonly<Record<Suite, SignedKey>>
  readonly secret: XWingKey
}
