/** Listening to an AbortSignal without leaving a listener behind. */

/** Calls back once when the signal aborts, at once if it has; the returned function stops listening. */
export function onAbort(signal: AbortSignal, task: () => void): () => void {
  if (signal.aborted) task()
  else signal.addEventListener('abort', task, { once: true })
  return () => signal.removeEventListener('abort', task)
}
