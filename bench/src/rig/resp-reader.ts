/**
 * Reads the answers of Redis (RESP2): a line, or a line that says how many bytes or how many values follow. Nothing
 * of a value is kept. An error is told as 500, anything else as 200.
 *
 *     +OK\r\n      -ERR why\r\n      :7\r\n      $3\r\nabc\r\n      $-1\r\n      *2\r\n$1\r\na\r\n:1\r\n
 */

import type { Answer, AnswerReader } from './answers.ts'

/** A longer line is an error: a status or a number is short. */
export const lineBytesMax = 1024
const newline = 0x0a
const nothing = Buffer.alloc(0)
const well: Answer = { status: 200, retryAfter: false, closes: false }
const failure: Answer = { status: 500, retryAfter: false, closes: false }

export class RespReader implements AnswerReader {
  /** The line so far. */
  #begun: Buffer = nothing
  /** Bytes of a value, and its line end, that are still to come. */
  #bytesLeft = 0
  /** Values of the answer that are still to come, the one being read included; 0 between answers. */
  #valuesLeft = 0
  #failed = false

  push(chunk: Buffer, answered: (answer: Answer) => void): void {
    const bytes = this.#begun.length === 0 ? chunk : Buffer.concat([this.#begun, chunk])
    this.#begun = nothing
    let at = 0
    while (at < bytes.length) {
      if (this.#bytesLeft > 0) {
        const taken = Math.min(this.#bytesLeft, bytes.length - at)
        this.#bytesLeft -= taken
        at += taken
        if (this.#bytesLeft === 0) this.#valueEnded(answered)
        continue
      }
      const end = bytes.indexOf(newline, at)
      if ((end === -1 ? bytes.length : end) - at > lineBytesMax)
        throw new Error(`a line of an answer is longer than ${lineBytesMax} bytes`)
      if (end === -1) {
        // A copy: the chunk is read into again.
        this.#begun = Buffer.from(bytes.subarray(at))
        return
      }
      this.#line(bytes.toString('latin1', at, end - 1), answered)
      at = end + 1
    }
  }

  #line(line: string, answered: (answer: Answer) => void): void {
    if (this.#valuesLeft === 0) this.#valuesLeft = 1
    const count = Number(line.slice(1))
    switch (line.charAt(0)) {
      case '+':
      case ':':
        return this.#valueEnded(answered)
      case '-':
        this.#failed = true
        return this.#valueEnded(answered)
      case '$':
        if (count >= 0) this.#bytesLeft = count + 2
        else this.#valueEnded(answered)
        return
      case '*':
        this.#valuesLeft += Math.max(count, 0)
        return this.#valueEnded(answered)
      default:
        throw new Error(`no answer of Redis begins like this: ${line.slice(0, 40)}`)
    }
  }

  #valueEnded(answered: (answer: Answer) => void): void {
    this.#valuesLeft--
    if (this.#valuesLeft > 0) return
    const answer = this.#failed ? failure : well
    this.#failed = false
    answered(answer)
  }
}
