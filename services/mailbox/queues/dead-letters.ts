/**
 * The names of dead-letter topics and the words on a dead letter. `dlq/<topic>` belongs to `<topic>`: it is
 * received from like any other, nobody sends to it, and its own letters never die a second time.
 */

const prefix = 'dlq/'

export function deadLetterTopic(topic: string): string {
  return prefix + topic
}

/** The topic whose dead letters `name` holds, or null when it is an ordinary topic. */
export function originOf(name: string): string | null {
  return name.startsWith(prefix) ? name.slice(prefix.length) : null
}

/** What a consumer of the dead letters reads. */
export function causeOfDeath(attempts: number, last: string): string {
  return `${attempts} deliveries failed; the last: ${last === '' ? 'no reason given' : last}`
}
