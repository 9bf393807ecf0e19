/** How this folder says no: an error for bytes and text it cannot read, an objection for a token it does not accept. */

/** The only error thrown here: something could not be read or made. The message names the thing and the limit. */
export class MacaroonError extends Error {
  override readonly name = 'MacaroonError'
  /** The smallest change that would help. */
  readonly fix: string

  constructor(message: string, fix: string) {
    super(message)
    this.fix = fix
  }
}

/** Why a well-formed token does not cover a request, and the smallest change that would pass. */
export interface Objection {
  readonly reason: string
  readonly fix: string
  /** The caveat that objects, as text. */
  readonly caveat?: string
}
