/** The one error that the reading and the weighing of a bundle throw: which rule was broken, how, and what helps. */

export class BundleError extends Error {
  override readonly name = 'BundleError'
  /** `bundle.threshold`, `bundle.expired`: for programs and for the audit log. */
  readonly rule: `bundle.${string}`
  /** The next step, as a clause. */
  readonly fix: string

  constructor(rule: `bundle.${string}`, because: string, fix: string, options: ErrorOptions = {}) {
    super(because, options)
    this.rule = rule
    this.fix = fix
  }
}
