/**
 * What uWebSockets.js received last, as bytes, and whether the head of a request ended there as the library says. It takes
 * a field without a name for the end of the fields, so a length behind one would be seen by everybody but this node.
 *
 *     GET /a HTTP/1.1␍␊host: node␍␊␍␊         whole
 *     GET /a HTTP/1.1␍␊host: node␍␊: x␍␊…     nameless: the library shows nothing from here on
 *
 * A head that came in several parts, or behind something else, lies elsewhere: it is unseen.
 */

import type { RequestHead } from './listener.ts'

export type HeadEnd = 'whole' | 'nameless' | 'unseen'

/** The part of the library's request that is used. */
export interface NativeRequest {
  getMethod(): string
}

const versionBytes = ' HTTP/1.1\r\n'.length
const [tab, lineFeed, carriageReturn, space, colon] = [9, 10, 13, 32, 58]

export class Received {
  /** From where the library reads to. */
  readonly #bytes: Uint8Array
  /** Where the last head ended that was whole; behind it another may lie. */
  #behind = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Asked while the library lends the request, once. */
  headEnd(request: NativeRequest, head: RequestHead): HeadEnd {
    const start = this.#startOf(request, head.method)
    const end = start === null ? null : this.#endOf(start, head)
    if (end === null) return 'unseen'
    if (!lineEnds(this.#bytes, end)) return this.#bytes[end] === colon ? 'nameless' : 'unseen'
    this.#behind = end + 2
    return 'whole'
  }

  /** The library answers `getMethod` in small letters, which it writes over the large ones where they lie. */
  #startOf(request: NativeRequest, method: string): number | null {
    const [bytes, behind, letter] = [this.#bytes, this.#behind, method.charCodeAt(0)]
    const [first, next] = [bytes[0], bytes[behind]]
    request.getMethod()
    if (first === letter && bytes[0] !== letter) return 0
    return next === letter && bytes[behind] !== letter ? behind : null
  }

  /** Where the first field follows that is not shown; null when what is shown is not what lies here. */
  #endOf(start: number, { method, path, query, headers }: RequestHead): number | null {
    const bytes = this.#bytes
    let at = start + method.length + 1 + path.length + (query === '' ? 0 : 1 + query.length) + versionBytes
    if (!lineEnds(bytes, at - 2)) return null
    for (const [name, value] of headers) {
      at += name.length
      if (bytes[at] !== colon) return null
      at = pastBlanks(bytes, pastBlanks(bytes, at + 1) + value.length)
      // A value that is no ASCII has fewer characters than bytes, and no line ends inside of it.
      if (!lineEnds(bytes, at)) return null
      at += 2
    }
    return at
  }
}

function pastBlanks(bytes: Uint8Array, from: number): number {
  let at = from
  while (bytes[at] === space || bytes[at] === tab) at++
  return at
}

function lineEnds(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === carriageReturn && bytes[at + 1] === lineFeed
}
