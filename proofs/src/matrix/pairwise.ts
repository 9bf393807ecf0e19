/**
 * Combinations in which every value of every switch meets every value of every other switch, as far as the two may be
 * together: far fewer than the full product, and what breaks by two switches is found.
 */

/** Switch → its values. */
export type Switches = Readonly<Record<string, readonly string[]>>

/** `switch=value` of every switch, in their order. */
export type Combination = readonly string[]

/** `switch=value` of two that refuse to be together. */
export type Exclusion = readonly [string, string]

/** Every pair that may be, as `a=1 b=2`. */
export function pairsOf(switches: Switches, exclusions: readonly Exclusion[]): ReadonlySet<string> {
  const values = Object.entries(switches).map(([name, all]) => all.map((value) => `${name}=${value}`))
  return new Set(
    values.flatMap((firsts, at) =>
      values
        .slice(at + 1)
        .flat()
        .flatMap((second) =>
          firsts.filter((first) => mayBe([first, second], exclusions)).map((first) => `${first} ${second}`),
        ),
    ),
  )
}

/** The pairs of one combination. */
export function pairsIn(chosen: readonly string[]): readonly string[] {
  return chosen.flatMap((first, at) => chosen.slice(at + 1).map((second) => `${first} ${second}`))
}

/**
 * Greedy and without chance: each begins with a pair that was in none before, and takes of each other switch the value by
 * which the most are new. Throws when a pair can be in none, for no value of another switch goes with both.
 */
export function pairwise(switches: Switches, exclusions: readonly Exclusion[]): readonly Combination[] {
  const missing = new Set(pairsOf(switches, exclusions))
  const combinations: Combination[] = []
  for (const pair of missing) {
    const chosen = combined(switches, exclusions, pair.split(' '), missing)
    for (const met of pairsIn(chosen)) missing.delete(met)
    combinations.push(chosen)
  }
  return combinations
}

function combined(
  switches: Switches,
  exclusions: readonly Exclusion[],
  first: readonly string[],
  missing: ReadonlySet<string>,
): Combination {
  const names = Object.keys(switches)
  const inOrder = (chosen: readonly string[]): Combination =>
    chosen.toSorted((a, b) => names.indexOf(nameOf(a)) - names.indexOf(nameOf(b)))
  return Object.entries(switches).reduce<Combination>((chosen, [name, values]) => {
    if (chosen.some((one) => nameOf(one) === name)) return chosen
    const [best] = values
      .map((value) => inOrder([...chosen, `${name}=${value}`]))
      .filter((next) => mayBe(next, exclusions))
      .map((next) => ({ next, news: pairsIn(next).filter((pair) => missing.has(pair)).length }))
      .toSorted((a, b) => b.news - a.news)
    if (best === undefined) throw new RangeError(`no value of ${name} goes with ${chosen.join(' ')}`)
    return best.next
  }, inOrder(first))
}

function mayBe(chosen: readonly string[], exclusions: readonly Exclusion[]): boolean {
  return !exclusions.some((both) => both.every((one) => chosen.includes(one)))
}

function nameOf(chosen: string): string {
  return chosen.slice(0, chosen.indexOf('='))
}
