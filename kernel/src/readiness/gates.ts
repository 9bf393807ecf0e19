/** Readiness as pure decisions: gates are declared, report, and are read together. Nothing is ready by omission. */

export interface Gate {
  readonly ok: boolean
  readonly because: string
}

export type GateReports = ReadonlyMap<string, Gate>

export interface Readiness {
  readonly ready: boolean
  readonly gates: Readonly<Record<string, Gate>>
  /** Names of the closed gates, in the order they were declared. */
  readonly missing: readonly string[]
}

/** Each is closed until it reports. */
export function declared(names: Iterable<string>): GateReports {
  return new Map([...names].map((name) => [name, { ok: false, because: 'not reported yet' }]))
}

/** Throws for a gate nobody declared: readiness must not grow by accident. */
export function reported(gates: GateReports, name: string, gate: Gate): GateReports {
  if (!gates.has(name)) throw new Error(`no readiness gate is named ${name}`)
  return new Map(gates).set(name, gate)
}

/** The AND of all gates. */
export function readiness(gates: GateReports): Readiness {
  const missing = [...gates].filter(([, gate]) => !gate.ok).map(([name]) => name)
  return { ready: missing.length === 0, gates: Object.fromEntries(gates), missing }
}
