/** What can go wrong with a call, as types to catch: refused, not reached, not understood, or not in time. */

import type { Problem } from './problem.ts'

/** The node answered with a refusal. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`)
    this.problem = problem
  }

  get code(): string {
    return this.problem.code
  }

  get status(): number {
    return this.problem.status
  }
}

/** No answer came: the node could not be reached, or the connection broke. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  /** The request certainly had no effect; otherwise it may or may not have been carried out. */
  readonly untouched: boolean

  constructor(
    message: string,
    { untouched = false, ...options }: ErrorOptions & { untouched?: boolean } = {},
  ) {
    super(message, options)
    this.untouched = untouched
  }
}

/** What answered does not speak as a node does: a proxy, another program, or a node of another version. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/** The deadline of the call passed, all tries included. Its `cause` is what the last try failed with, if one did. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}
