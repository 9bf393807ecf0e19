/**
 * Readiness: the AND of declared gates. A gate that nobody has reported yet is closed, so a node is never
 * ready by omission.
 */

export interface Gate {
  readonly ok: boolean
  readonly because: string
}

export interface Readiness {
  readonly ready: boolean
  readonly gates: Readonly<Record<string, Gate>>
  /** Names of the closed gates, in the order they were declared. */
  readonly missing: readonly string[]
}

export class Gates {
  readonly #gates = new Map<string, Gate>()

  /** Declares gates; each is closed until it reports. */
  constructor(names: Iterable<string>) {
    for (const name of names) this.#gates.set(name, { ok: false, because: 'not reported yet' })
  }

  /** Reports one gate. Throws for a gate nobody declared: readiness must not grow by accident. */
  report(name: string, gate: Gate): void {
    if (!this.#gates.has(name)) throw new Error(`no readiness gate is named ${name}`)
    this.#gates.set(name, gate)
  }

  read(): Readiness {
    const missing = [...this.#gates].filter(([, gate]) => !gate.ok).map(([name]) => name)
    return { ready: missing.length === 0, gates: Object.fromEntries(this.#gates), missing }
  }
}
