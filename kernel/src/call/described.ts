/**
 * What was thrown, as text for the log: the stack and those of its causes. Other properties of an error may
 * hold payloads, so they are left out.
 */

/** A chain of causes may be a ring. */
const causesMax = 5

export function described(thrown: unknown): string {
  const lines = [one(thrown)]
  for (let cause = causeOf(thrown); cause !== undefined && lines.length < causesMax; cause = causeOf(cause)) {
    lines.push(one(cause))
  }
  return lines.join('\ncaused by: ')
}

function one(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.stack ?? thrown.message
  // A prototype-less object has no text, and asking it for one would throw.
  return typeof thrown === 'string' ? thrown : `a thrown ${typeof thrown} that is no Error`
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error ? thrown.cause : undefined
}
