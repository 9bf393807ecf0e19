/** What is compared: a server of its own that keeps messages in memory, driven by the leanest pipelined client. */

export interface Contender {
  readonly name: string
  /** Null when it is not installed. */
  start(): Promise<Running | null>
}

export interface Running {
  /** How it is driven, in a few words. */
  readonly how: string
  /** Sends so many messages; resolves when all of them are acknowledged to the sender. */
  send(count: number): Promise<void>
  /** Receives and acknowledges so many. */
  drain(count: number): Promise<void>
  stop(): Promise<void>
}

/** Of every message. */
export const payloadBytes = 1024
/** Messages that one command or one write carries. */
export const batch = 256
/** Batches that are under way at once. */
export const depth = 8
