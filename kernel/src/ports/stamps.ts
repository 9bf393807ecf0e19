/**
 * Lets another thread keep an answer of a service and know, without asking, whether it is still the answer. Each
 * key stands for something the answers speak of and has a stamp; whoever keeps an answer keeps with it the stamp
 * from before it asked, and uses it only while that is still the stamp of the key.
 *
 *     service    decide → record → apply → advance → acknowledge
 *     reader     stamp → ask → keep the answer with the stamp      same stamp → the answer
 *
 * So an answer that was kept is never older than a change that was acknowledged. Two keys may share a stamp; then
 * a change of one costs the answers about the other.
 */
export interface Stamps {
  of(key: string): number
  /** What was said about this key is no longer good. In the turn of the event loop that applied the change. */
  advance(key: string): void
}
