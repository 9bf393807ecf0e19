/**
 * How the kernel comes by threads and speaks with them. In a node they are workers; the simulator has its own,
 * which live and die by its seed.
 */

import type { StateLease } from '../arena/arena.ts'
import type { Health } from '../contract/contract.ts'
import type { LogFields } from '../ports/log.ts'
import type { Port } from '../ports/port.ts'
import type { Failure } from '../supervisor/cause.ts'
import type { Birth, LogLevel } from './control.ts'
import type { Fall } from './fall.ts'

/** Throws when a thread cannot be made. */
export type MakeThread = (birth: Birth, observer: ThreadObserver) => Thread

export interface Thread {
  /** Opens a line into the thread and returns the kernel's end of it. */
  line(): Port
  /** Gives it a line to a service it uses. The threads of one node are of one kind. */
  connectPeer(name: string, peer: Thread): void
  /** Lets the service start, now that the lines it begins with are handed over, with what threads before it left. */
  begin(state: StateLease | null): void
  /** Asks the thread to stop; it exits by itself when the service has. */
  retire(): void
  /** Makes it fall as it would by itself: a drill. */
  fall(how: Fall): void
  /** Ends the thread from outside, wherever it is. */
  kill(failure: Failure): void
}

export interface ThreadObserver {
  ready(): void
  health(health: Health): void
  log(level: LogLevel, message: string, fields: LogFields): void
  /**
   * Called once, when the thread will never run again; null when it stopped as it was asked to. What fell by
   * itself stands still by then, and its taking down, which is slow, is nothing to wait for.
   */
  exited(failure: Failure | null): void
}
