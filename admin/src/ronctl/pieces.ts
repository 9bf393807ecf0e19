/** Reading the body of an answer. */

/**
 * Its pieces as they come; leaving the loop ends the transfer. Rejects with the signal's reason once that is aborted, which
 * `fetch` sees to only until garbage is collected: that of Node 20 holds the signal of an answer that has begun weakly.
 */
export async function* piecesOf(response: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  const end = () => void reader.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener('abort', end)
  try {
    for (;;) {
      signal.throwIfAborted()
      const { done, value } = await reader.read()
      if (done) break
      yield value
    }
    signal.throwIfAborted()
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}
