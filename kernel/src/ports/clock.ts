/** Time, as a port: the node runs on the system's clock, a test or the simulator on its own. */
export interface Clock {
  /** Milliseconds since the Unix epoch; may jump when the system's clock is set. */
  now(): number
  /**
   * Milliseconds from an arbitrary start, never going back, and the same in every thread of the process, so
   * that one can keep a deadline that another set. For durations and deadlines.
   */
  monotonic(): number
  /** Runs `task` once after `ms`; the returned function cancels it. Never keeps a process alive by itself. */
  after(ms: number, task: () => void): () => void
}
