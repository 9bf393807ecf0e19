/** The gates of a running node, and what they said last. */

import { declared, readiness, reported, type Gate, type GateReports, type Readiness } from './gates.ts'

export class Gates {
  #gates: GateReports

  /** Declares gates; each is closed until it reports. */
  constructor(names: Iterable<string>) {
    this.#gates = declared(names)
  }

  /** Reports one gate. Throws for a gate nobody declared. */
  report(name: string, gate: Gate): void {
    this.#gates = reported(this.#gates, name, gate)
  }

  read(): Readiness {
    return readiness(this.#gates)
  }
}
