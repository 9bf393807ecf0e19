/** What is compared: a server of its own that keeps messages in memory, driven by the leanest pipelined client. */

export interface Contender {
  readonly name: string
  /** Null when it is not installed. */
  start(): Promise<Running | null>
}

export interface Running {
  /** How it is driven, in a few words. */
  how(by: Pipelining): string
  /** Sends so many messages, whole batches; resolves when all of them are acknowledged to the sender. */
  send(count: number, by: Pipelining): Promise<void>
  /** Receives and acknowledges so many. */
  drain(count: number, by: Pipelining): Promise<void>
  stop(): Promise<void>
}

export interface Pipelining {
  /** Messages that one command or one write carries. */
  readonly batch: number
  /** Batches that are under way at once. */
  readonly depth: number
}

/** Of every message. */
export const payloadBytes = 1024
/** Ways to drive a server, of which each gets the one that suits it best. */
export const pipelinings: readonly Pipelining[] = [
  { batch: 64, depth: 8 },
  { batch: 256, depth: 2 },
  { batch: 256, depth: 8 },
]
/** What all of them carry is a multiple of this. */
export const batchMost = 256
