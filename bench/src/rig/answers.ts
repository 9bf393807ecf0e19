/** What a protocol makes of the bytes that come back: answers, each with what the rig wants to know of it. */

export interface Answer {
  /** As in HTTP: 200 is well, 429 and 503 are refusals that may be tried again, anything else is a failure. */
  readonly status: number
  /** Whether it says when to come back. */
  readonly retryAfter: boolean
  /** Whether the connection ends with it. */
  readonly closes: boolean
}

export interface AnswerReader {
  /** Takes the next bytes of the connection, cut anywhere, and tells every answer that is whole. Keeps no chunk. */
  push(chunk: Buffer, answered: (answer: Answer) => void): void
}
