/**
 * Headers of an answer, checked and written out once. Most answers share most of theirs, and what is written out
 * already is only put together.
 */

import type { Header } from './listener.ts'

export class HeaderBlock {
  /** Name of the first header; empty when there is none. */
  readonly first: string
  /** Its value, and behind it the other headers as lines. */
  readonly rest: string

  /** Whoever makes one has checked what is in it. */
  constructor(first: string, rest: string) {
    this.first = first
    this.rest = rest
  }

  /** These headers and then those. */
  and(more: HeaderBlock): HeaderBlock {
    if (this.first === '') return more
    return more.first === ''
      ? this
      : new HeaderBlock(this.first, `${this.rest}\r\n${more.first}: ${more.rest}`)
  }
}

export const noHeaders = new HeaderBlock('', '')

/** Throws a TypeError for what is no header or not the caller's to send. */
export function headerBlock(headers: readonly Header[]): HeaderBlock {
  let block = noHeaders
  for (const [name, value] of headers) {
    checkName(name)
    checkValue(name, value)
    block = block.and(new HeaderBlock(name, value))
  }
  return block
}

const control = /[^\t -~\u0080-\uffff]/

/** A line end in a value would begin another header. */
function checkValue(name: string, value: string): void {
  if (control.test(value)) throw new TypeError(`header ${name} holds a control character`)
}

/** Names that passed; they are the node's own, and few. */
const passedNames = new Set<string>()
const passedNamesMax = 256

function checkName(name: string): void {
  if (passedNames.has(name)) return
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) throw new TypeError(`${JSON.stringify(name)} names no header`)
  if (framingNames.has(name)) throw new TypeError(`header ${name} is written by the driver`)
  if (passedNames.size < passedNamesMax) passedNames.add(name)
}

/** Where an answer ends is for the driver to say. */
const framingNames: ReadonlySet<string> = new Set(['connection', 'content-length', 'transfer-encoding'])
