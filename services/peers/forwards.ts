/** Which topics are forwarded, by whom and where to: what operators set, as text for the journal. */

export interface Forward {
  /** Whose topic it is. */
  readonly tenant: string
  /** Who asked for it; it is done in their name. */
  readonly subject: string
  readonly peer: string
  readonly topic: string
  /** The topic there. */
  readonly to: string
}

export function isOf(
  { tenant, peer, topic }: Forward,
  asked: Pick<Forward, 'tenant' | 'peer' | 'topic'>,
): boolean {
  return tenant === asked.tenant && peer === asked.peer && topic === asked.topic
}

export function writtenForwards(forwards: readonly Forward[]): string {
  return JSON.stringify(forwards)
}

/** What the same service wrote. */
export function readForwards(text: string | null): readonly Forward[] {
  const forwards: readonly Forward[] = text === null ? [] : JSON.parse(text)
  return forwards
}
