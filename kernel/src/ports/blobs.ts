/**
 * Where content lies, as a port: bytes under an address, and nothing about names, tenants or budgets.
 * `blobs.suite.ts` is what every engine must pass.
 *
 * Operations on one address take effect in the order they were called, also when they overlap. An address
 * determines its bytes, so an engine need not compare: putting again replaces, which is how damage is healed.
 */
export interface Blobs {
  /** Content bytes that are stored now. */
  readonly bytesUsed: number
  /**
   * Resolves when the content is as durable as the engine makes it; the bytes stay as they are until then.
   * Rejects with a `Refusal` (Full) when there is no room.
   */
  put(address: string, content: Uint8Array): Promise<void>
  /** A copy that belongs to the caller, or undefined. */
  get(address: string): Promise<Uint8Array | undefined>
  /**
   * What `of` makes of the content, or undefined when there is none. What `of` is shown is the engine's and is overwritten
   * as soon as it returns, so it copies what is to stay: a part of the content costs less than a copy of it all.
   */
  look<Seen>(address: string, of: (content: Uint8Array) => Seen): Promise<Seen | undefined>
  /** Resolves when the content is gone, and with it every copy the engine held. Absent content is fine. */
  delete(address: string): Promise<void>
  /**
   * Deletes all but these, such as content that was put and never acknowledged before a crash. An address
   * without content is fine. It takes its time: what is put or deleted meanwhile is put or deleted, and `needed` is
   * read on between. It ends early when the engine is closed.
   */
  keepOnly(needed: Iterable<string>): Promise<void>
  /** Ends the engine, not what it holds. Later calls reject. */
  close(): Promise<void>
}
