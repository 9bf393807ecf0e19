/** The elements of a proof, read where they lie. That they are below p was seen before. */

import type { Ext } from './extension.ts'
import { elementBytes, extBytes } from './layout.ts'

export class Reading {
  readonly bytes: Uint8Array
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  elements(offset: number, count: number): number[] {
    return Array.from({ length: count }, (_, at) => this.#element(offset + at * elementBytes))
  }

  ext(offset: number): Ext {
    return [
      this.#element(offset),
      this.#element(offset + elementBytes),
      this.#element(offset + 2 * elementBytes),
      this.#element(offset + 3 * elementBytes),
      this.#element(offset + 4 * elementBytes),
    ]
  }

  exts(offset: number, count: number): Ext[] {
    return Array.from({ length: count }, (_, at) => this.ext(offset + at * extBytes))
  }

  #element(offset: number): number {
    return this.#view.getUint32(offset, true)
  }
}
