/**
 * Weighted deficit round-robin (Shreedhar and Varghese, 1995) over the tenants that wait for a service, as pure
 * functions. It knows how many requests of a tenant wait and what one of them is expected to cost, not which they are.
 *
 *     lines    │ A 3 waiting, credit 40 │ B 1, credit 0 │ C 7, credit 10 │      the first has its turn
 *                 └─ served while its credit covers the next; then it goes to the back
 *
 * Each turn adds a quantum times the weight to a line's credit, so over time tenants get service by their weights, not by
 * the number of their requests. Who has nothing waiting keeps no credit: rest is not saved up.
 */

export interface Line {
  readonly tenant: string
  /** At least one. */
  readonly waiting: number
  /** In microseconds of service. */
  readonly credit: number
  /** The credit of its turn has been added. */
  readonly inTurn: boolean
}

/** In the order of their turns. */
export type Lines = readonly Line[]

export interface Bounds {
  /** Requests of one tenant that wait. */
  readonly ofTenantMax: number
  readonly inAllMax: number
}

export interface Terms {
  /** What a request of this tenant is expected to cost, in microseconds: at least 1. */
  readonly costOf: (tenant: string) => number
  /** At least 1. */
  readonly weightOf: (tenant: string) => number
  /** Credit of a turn for a weight of 1, in microseconds. */
  readonly quantum: number
}

/** The bound that keeps one more request from waiting; null when there is room. */
export function reached(
  lines: Lines,
  tenant: string,
  { ofTenantMax, inAllMax }: Bounds,
): 'tenant' | 'all' | null {
  let inAll = 0
  let ofTenant = 0
  for (const line of lines) {
    inAll += line.waiting
    if (line.tenant === tenant) ofTenant = line.waiting
  }
  if (inAll >= inAllMax) return 'all'
  return ofTenant >= ofTenantMax ? 'tenant' : null
}

/** One more request waits, for which there must be room. */
export function joined(lines: Lines, tenant: string): Lines {
  const at = lines.findIndex((line) => line.tenant === tenant)
  const line = lines[at]
  if (line === undefined) return [...lines, { tenant, waiting: 1, credit: 0, inTurn: false }]
  return lines.with(at, { ...line, waiting: line.waiting + 1 })
}

/** Whose request is next; null when nobody waits. */
export function nextTurn(
  lines: Lines,
  terms: Terms,
): { readonly lines: Lines; readonly tenant: string } | null {
  if (lines.length === 0) return null
  return once(lines, terms) ?? once(afterPasses(lines, terms), terms)
}

/** A waiting request is given up. */
export function left(lines: Lines, tenant: string): Lines {
  const at = lines.findIndex((line) => line.tenant === tenant)
  const line = lines[at]
  if (line === undefined) return lines
  return line.waiting > 1 ? lines.with(at, { ...line, waiting: line.waiting - 1 }) : lines.toSpliced(at, 1)
}

export function waitingIn(lines: Lines): number {
  let waiting = 0
  for (const line of lines) waiting += line.waiting
  return waiting
}

/** One pass: the first line whose credit covers its next request is served. Null when there is none. */
function once(lines: Lines, { costOf, weightOf, quantum }: Terms): { lines: Lines; tenant: string } | null {
  for (const [at, line] of lines.entries()) {
    const credit = line.inTurn ? line.credit : line.credit + quantum * weightOf(line.tenant)
    const cost = costOf(line.tenant)
    if (credit < cost) continue
    const passed = lines.slice(0, at).map((before) => turned(before, weightOf, quantum))
    const served = { ...line, waiting: line.waiting - 1, credit: credit - cost, inTurn: true }
    return {
      lines: [...(served.waiting > 0 ? [served] : []), ...lines.slice(at + 1), ...passed],
      tenant: line.tenant,
    }
  }
  return null
}

/** What as many passes make of the lines as serve nobody, without going through each of them. */
function afterPasses(lines: Lines, { costOf, weightOf, quantum }: Terms): Lines {
  const passed = lines.map((line) => turned(line, weightOf, quantum))
  const passes = passed.map(({ tenant, credit }) =>
    Math.ceil((costOf(tenant) - credit) / (quantum * weightOf(tenant))),
  )
  const more = Math.max(0, Math.min(...passes) - 1)
  return passed.map((line) => ({ ...line, credit: line.credit + more * quantum * weightOf(line.tenant) }))
}

/** A line whose turn came and did not suffice. */
function turned(line: Line, weightOf: Terms['weightOf'], quantum: number): Line {
  return {
    ...line,
    credit: line.inTurn ? line.credit : line.credit + quantum * weightOf(line.tenant),
    inTurn: false,
  }
}
