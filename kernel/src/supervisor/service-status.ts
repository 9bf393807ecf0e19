/** How one service is: what readiness, the admin surface and an operator read. */

import type { Contract } from '../contract/contract.ts'
import type { Cause } from './cause.ts'
import type { Supervised } from './supervise.ts'

export interface ServiceStatus {
  readonly name: string
  readonly need: Contract['need']
  readonly phase: Supervised['phase']
  readonly ready: boolean
  /** Why it is not ready, or what is wrong although it is; one line, or empty. */
  readonly because: string
  readonly restarts: number
  /** The last time it failed; null when it never did. */
  readonly lastFailure: PastFailure | null
  readonly inboxDepth: number
}

export interface PastFailure {
  readonly cause: Cause
  /** One line. */
  readonly because: string
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  /** From the moment nobody could use it to the moment everybody can; null as long as it is down. */
  readonly downMs: number | null
}

/** A stack is for the log; a line is for the operator. */
export function firstLine(text: string): string {
  return text.split('\n', 1).join('')
}

/** What is known of its falls: when it was cut off from its callers, null while it is not, and how it failed last. */
interface Fallen {
  cutAtMs: number | null
  lastFailure: PastFailure | null
}

/** It is up again: says for how many milliseconds nobody could use it, or null when it had not fallen. */
export function recovered(member: Fallen, nowMs: number): number | null {
  if (member.cutAtMs === null) return null
  const downMs = nowMs - member.cutAtMs
  member.cutAtMs = null
  if (member.lastFailure !== null) member.lastFailure = { ...member.lastFailure, downMs }
  return downMs
}
