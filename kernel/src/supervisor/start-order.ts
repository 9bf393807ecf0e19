/** The order in which services start: whoever is used starts before whoever uses it. Stopping is the reverse. */

import type { Contract } from '../contract/contract.ts'

/**
 * Waves of names; the services of one wave do not use each other and start together. Throws on a circle, a
 * stranger, a name that is there twice, and a service used under another name than its own.
 */
export function startOrder(contracts: readonly Contract[]): readonly (readonly string[])[] {
  const waiting = new Map(contracts.map((contract) => [contract.name, Object.keys(contract.uses)]))
  checkNames(contracts, waiting)
  const waves: string[][] = []
  const started = new Set<string>()
  while (waiting.size > 0) {
    const wave = [...waiting]
      .filter(([, uses]) => uses.every((used) => started.has(used)))
      .map(([name]) => name)
    if (wave.length === 0) {
      throw new Error(`services use each other in a circle: ${[...waiting.keys()].join(', ')}`)
    }
    for (const name of wave) {
      waiting.delete(name)
      started.add(name)
    }
    waves.push(wave)
  }
  return waves
}

/** Names are addresses, so each means one service everywhere. */
function checkNames(contracts: readonly Contract[], known: ReadonlyMap<string, unknown>): void {
  const seen = new Set<string>()
  for (const { name, uses } of contracts) {
    if (seen.has(name)) throw new Error(`two services in the roster are named ${name}`)
    seen.add(name)
    for (const [alias, used] of Object.entries(uses)) {
      if (!known.has(used.name)) throw new Error(`${name} uses ${used.name}, which is not in the roster`)
      if (alias !== used.name)
        throw new Error(`${name} uses ${used.name} as ${alias}; write uses: { ${used.name} }`)
    }
  }
}
