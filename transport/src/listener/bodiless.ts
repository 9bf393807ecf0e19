/** Answers of which no body is sent. It knows no driver. */

import { HeaderBlock } from './header-block.ts'
import type { ResponseStream } from './listener.ts'

/** What is written for a client that takes nothing. */
export const nowhere: ResponseStream = { write: () => false, drained: () => Promise.resolve(), end() {} }

/** RFC 9110 §15.3.5, §15.4.5 */
export function hasNoBody(status: number): boolean {
  return status === 204 || status === 304
}

/** RFC 9110 §8.6: a HEAD answer may say how long the body of a GET would be, and must not lie about it. */
export function withLength(status: number, headers: HeaderBlock, bytes: number): HeaderBlock {
  return hasNoBody(status) ? headers : headers.and(new HeaderBlock('content-length', String(bytes)))
}
