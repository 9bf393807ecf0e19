/**
 * Reads HTTP/1.1 answers off a connection as fast as a load generator has to: one search for the end of the head, a
 * look at the headers that matter, and the body only counted. Answers without a length are refused with an error.
 */

import type { Answer, AnswerReader } from './answers.ts'

/** A longer head is an error: nothing that is measured here sends one. */
export const headBytesMax = 16 * 1024
const headEnd = Buffer.from('\r\n\r\n')
const nothing = Buffer.alloc(0)

export class HttpReader implements AnswerReader {
  /** The head so far. */
  #begun: Buffer = nothing
  /** What is told when the body has come to its end. */
  #answer: Answer | null = null
  #bodyLeft = 0

  push(chunk: Buffer, answered: (answer: Answer) => void): void {
    let bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk])
    this.#begun = nothing
    for (;;) {
      if (this.#answer !== null) {
        const taken = Math.min(this.#bodyLeft, bytes.length)
        this.#bodyLeft -= taken
        bytes = bytes.subarray(taken)
        if (this.#bodyLeft > 0) return
        const answer = this.#answer
        this.#answer = null
        answered(answer)
      }
      if (bytes.length === 0) return
      const end = bytes.indexOf(headEnd)
      if ((end === -1 ? bytes.length : end) > headBytesMax)
        throw new Error(`an answer's head is longer than ${headBytesMax} bytes`)
      if (end === -1) {
        // A copy: the chunk is read into again.
        this.#begun = Buffer.from(bytes)
        return
      }
      this.#open(bytes.toString('latin1', 0, end))
      bytes = bytes.subarray(end + headEnd.length)
    }
  }

  #open(head: string): void {
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1])
    if (Number.isNaN(status)) throw new Error(`no answer begins like this: ${head.slice(0, 40)}`)
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    const bodiless = status === 204 || status === 304
    if (length === undefined && !bodiless)
      throw new Error(`an answer with status ${status} says no content-length, which the rig needs`)
    this.#bodyLeft = bodiless ? 0 : Number(length)
    this.#answer = {
      status,
      retryAfter: /\r\nretry-after: *\d/i.test(head),
      closes: /\r\nconnection: *close/i.test(head),
    }
  }
}
