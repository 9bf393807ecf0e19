/** What a command touches that goes on until it is ended: where it writes, how large that is, and when it has to stop. */

export interface Live {
  /** Resolves when it was taken; at once when nobody reads any more, and then `stop` is aborted. */
  write(text: string): Promise<void>
  /** Aborted by Ctrl-C, or when nobody reads what is written. */
  readonly stop: AbortSignal
  /** Null when it is no terminal. */
  size(): TerminalSize | null
  /** Resolves after so many milliseconds, or when it has to stop. */
  pause(ms: number): Promise<void>
  /** Gives back what was taken for it. */
  end(): void
}

export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

/** What such a command takes beside the rest. */
export interface LiveWorld {
  /** Begins to listen for Ctrl-C. */
  readonly live: () => Live
  /** Milliseconds that never go back. */
  readonly steadyMs: () => number
}

/** Does the work, and gives back what was taken for it, however it ends. */
export async function whileLive<Result>(
  { live }: LiveWorld,
  work: (live: Live) => Promise<Result>,
): Promise<Result> {
  const taken = live()
  try {
    return await work(taken)
  } finally {
    taken.end()
  }
}
