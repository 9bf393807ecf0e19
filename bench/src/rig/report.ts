/**
 * Writes down what facets measured: `<facet>.json` and `<facet>.svg` in the folder of results, and `README.md` there of
 * all that lie in it, so that one facet measured again takes its place among those of before.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { machine, machineLines } from '../machine.ts'
import { plot } from './plot.ts'
import type { Result } from './result.ts'
import { judged, type Facet, type Measured, type Run } from './rows.ts'
import { page, section } from './table.ts'

/** Returns the table to be printed. */
export function report(folder: string, facet: Facet, run: Run, measured: readonly Measured[]): string {
  const { name, title } = facet
  const { seed, scale } = run
  const at = new Date().toISOString()
  const result: Result = {
    facet: name,
    title,
    at,
    machine: machine(),
    seed,
    scale,
    sizes: facet.sizes(scale),
    rows: measured.map((row) => judged(row, scale)),
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
  writeFileSync(join(folder, `${name}.svg`), plot(title, result.rows))
  writeFileSync(join(folder, 'README.md'), page(machineLines(), sections(folder)))
  return section(result, null)
}

function sections(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => {
    const result: Result = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    return section(result, file.replace(/json$/, 'svg'))
  })
}
