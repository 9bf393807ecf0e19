/**
 * The meetings that others began with this node: those that are under way, each until it ends or its time is over, and
 * who proved itself last. Both are bounded; the oldest go first.
 */

export interface Begun {
  readonly node: string
  /** The public key of whoever dialled, 32 bytes. */
  readonly key: Uint8Array
  readonly dialNonce: string
  readonly atMs: number
}

export const begunMax = 64
const metMax = 80
const patienceMs = 10_000

export class Meetings {
  /** By the nonce of this node. */
  readonly #begun = new Map<string, Begun>()
  readonly #met = new Map<string, number>()

  begin(answerNonce: string, begun: Begun): void {
    if (this.#begun.size >= begunMax) dropOldest(this.#begun)
    this.#begun.set(answerNonce, begun)
  }

  /** Takes it away: a nonce serves once. Null when there is none, or it took too long. */
  end(answerNonce: string, nowMs: number): Begun | null {
    const begun = this.#begun.get(answerNonce)
    this.#begun.delete(answerNonce)
    return begun === undefined || nowMs - begun.atMs > patienceMs ? null : begun
  }

  met(node: string, atMs: number): void {
    this.#met.delete(node)
    if (this.#met.size >= metMax) dropOldest(this.#met)
    this.#met.set(node, atMs)
  }

  list(): { node: string; at_ms: number }[] {
    return [...this.#met].map(([node, at_ms]) => ({ node, at_ms }))
  }
}

function dropOldest(map: Map<string, unknown>): void {
  const [first] = map.keys()
  if (first !== undefined) map.delete(first)
}
