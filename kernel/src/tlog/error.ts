/** What is wrong with something that claims to be of a log, in a sentence. Nothing else is thrown by this room. */

export class TlogError extends Error {
  override readonly name = 'TlogError'
}
