/**
 * Why a service's thread ended although nobody asked it to. Each cause has its place in the log, on the bus, in
 * readiness and in the label of a metric, so the list is closed.
 */

export const causes = [
  /** Something was thrown outside of any request, or by the service's own start. */
  'throw',
  /** A promise was rejected and nobody handled it. */
  'rejection',
  /** The thread called `process.exit`, or came to its end. */
  'exit',
  /** Its heap reached the limit that the kernel set. */
  'out-of-memory',
  /** Its event loop stood still; the kernel ended it. */
  'hang',
  /** It was not ready in time; the kernel ended it. */
  'slow-start',
  /** No thread could be made. */
  'unmade',
] as const

export type Cause = (typeof causes)[number]

/** An end that nobody asked for. `because` may be a stack; its first line is for the operator. */
export interface Failure {
  readonly cause: Cause
  readonly because: string
}
