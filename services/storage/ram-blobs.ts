/**
 * Blobs in memory, and nowhere else. Content that goes, by deletion or when the engine closes, is overwritten
 * with zeros first, so that what was deleted does not wait in the heap for somebody to find it.
 */

import type { Blobs } from '@ron/kernel/ports/blobs'

export class RamBlobs implements Blobs {
  readonly #contents = new Map<string, Uint8Array>()
  #bytesUsed = 0
  #open = true

  get bytesUsed(): number {
    return this.#bytesUsed
  }

  async put(address: string, content: Uint8Array): Promise<void> {
    this.#assertOpen()
    this.#drop(address)
    this.#contents.set(address, alone(content))
    this.#bytesUsed += content.length
  }

  async get(address: string): Promise<Uint8Array | undefined> {
    this.#assertOpen()
    return this.#contents.get(address)?.slice()
  }

  async delete(address: string): Promise<void> {
    this.#assertOpen()
    this.#drop(address)
  }

  async close(): Promise<void> {
    for (const address of [...this.#contents.keys()]) this.#drop(address)
    this.#open = false
  }

  #drop(address: string): void {
    const content = this.#contents.get(address)
    if (content === undefined) return
    this.#contents.delete(address)
    this.#bytesUsed -= content.length
    content.fill(0)
  }

  #assertOpen(): void {
    if (!this.#open) throw new Error('the blobs are closed')
  }
}

/** A small view would keep the large buffer behind it alive, and the byte budget would not know. */
function alone(content: Uint8Array): Uint8Array {
  return content.byteLength === content.buffer.byteLength ? content : new Uint8Array(content)
}
