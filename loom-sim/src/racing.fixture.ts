/**
 * Small random worlds for the checker to agree with itself on: actors that each run a short program over a few
 * shared cells, sometimes for ever, and some of which wait for a cell before they go on.
 */

import type { Model } from './model.ts'
import { seeded } from './seeded.ts'

export interface Race {
  readonly cells: readonly number[]
  /** The line each actor is at. */
  readonly lines: readonly number[]
}

interface Line {
  /** Waits until this cell is not 0, if any. */
  readonly awaits: number | null
  readonly cell: number
  readonly change: 'increment' | 'clear' | 'copy'
  readonly from: number
  readonly next: number
}

const cellsMax = 4
const linesMax = 4

/** The same seed is the same world. */
export function racing(seed: number, actors: number): Model<Race, string> {
  const random = seeded(seed)
  const below = (count: number) => Math.floor(random.fraction() * count)
  const changes = ['increment', 'clear', 'copy'] as const
  const programs = Array.from({ length: actors }, () =>
    Array.from({ length: 1 + below(linesMax) }, (_, at): Line => ({
      awaits: below(3) === 0 ? below(cellsMax) : null,
      cell: below(cellsMax),
      change: changes[below(3)] ?? 'clear',
      from: below(cellsMax),
      next: below(5) === 0 ? below(at + 1) : at + 1,
    })),
  )
  const [watched, limit] = [below(cellsMax), 1 + below(4)]
  const lineAt = ({ lines }: Race, actor: number) => programs[actor]?.[lines[actor] ?? 0]
  const may = (race: Race, actor: number) => {
    const line = lineAt(race, actor)
    return line !== undefined && (line.awaits === null || race.cells[line.awaits] !== 0)
  }
  return {
    initial: {
      cells: Array.from({ length: cellsMax }, () => 0),
      lines: programs.map(() => 0),
    },
    events: (race) =>
      programs.flatMap((_, actor) => (may(race, actor) ? [`${actor}:${race.lines[actor]}`] : [])),
    step(race, event) {
      const [actor, line] = lineNamed(programs, event)
      const { cells, lines } = race
      const value = { increment: ((cells[line.cell] ?? 0) + 1) % 6, clear: 0, copy: cells[line.from] ?? 0 }
      return { cells: cells.with(line.cell, value[line.change]), lines: lines.with(actor, line.next) }
    },
    laws: { 'the watched cell stays small': ({ cells }) => (cells[watched] ?? 0) <= limit },
    settled: (race) => programs.every((_, actor) => lineAt(race, actor) === undefined),
    independent(one, other) {
      const [[actor, line], [otherActor, otherLine]] = [lineNamed(programs, one), lineNamed(programs, other)]
      if (actor === otherActor) return false
      return !touched(line).includes(otherLine.cell) && !touched(otherLine).includes(line.cell)
    },
  }
}

function touched({ awaits, cell, change, from }: Line): readonly (number | null)[] {
  return [awaits, cell, ...(change === 'copy' ? [from] : [])]
}

function lineNamed(programs: readonly (readonly Line[])[], event: string): readonly [number, Line] {
  const [actor = 0, at = 0] = event.split(':').map(Number)
  const line = programs[actor]?.[at]
  if (line === undefined) throw new Error(`no line ${event}`)
  return [actor, line]
}
