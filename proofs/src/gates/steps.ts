/** Short ways to write the steps of a gate. */

import type { BenchStep, ProgramStep, Scaled, TestStep } from './gate.ts'

/**
 * The tests of one file, `proofs/hostile` for `proofs/src/hostile.test.ts`; with expressions only those that match one.
 * A `*` in the name stands for anything.
 */
export function tests(file: string, proves: string, ...titled: readonly RegExp[]): TestStep {
  const compiled = `${inDist(file)}${file.endsWith('.drill') ? '' : '.test'}.js`
  return {
    kind: 'tests',
    proves,
    needs: [compiled],
    paths: [compiled],
    titled: titled.length > 0 ? titled : null,
  }
}

/** Every test of these workspaces. */
export function allTests(workspaces: readonly string[], proves: string): TestStep {
  const paths = workspaces.map((workspace) => `${workspace}/dist`)
  return { kind: 'tests', proves, needs: paths, paths, titled: null }
}

export function program(
  proves: string,
  command: readonly [string, ...string[]],
  boundSeconds: number,
  scaled: Scaled | null = null,
): ProgramStep {
  return { kind: 'program', proves, needs: [command[0]], command, scaled, boundSeconds }
}

/** A facet of the benchmark at so much of its real size; with expressions only the rows that match one count. */
export function bench(
  facet: string,
  proves: string,
  usualScale: number,
  ...rows: readonly RegExp[]
): BenchStep {
  return { kind: 'bench', proves, needs: ['bench/dist/main.js'], facet, usualScale, rows }
}

/** Fuzz targets whose names contain one of these; none for all. */
export function fuzz(proves: string, ...targets: readonly string[]): ProgramStep {
  const command = (runs: string): readonly [string, ...string[]] => [
    'scripts/fuzz.mjs',
    ...targets,
    '--runs',
    runs,
  ]
  const scaled = { scale: '1/1000', fullCommand: command('3000000'), fullBoundSeconds: 12 * 3_600 }
  return program(proves, command('3000'), 600, scaled)
}

/** The models of the kernel's state machines, with the mutants of each. */
export function models(proves: string): ProgramStep {
  const command = ['loom-sim/dist/main.js'] as const
  const scaled = { scale: 'short', fullCommand: [...command, '--deep'], fullBoundSeconds: 3 * 3_600 }
  return program(proves, command, 900, scaled)
}

/** Load on a node that may keep no more at the end than at the beginning. */
export function soak(proves: string): ProgramStep {
  const command = (minutes: number): readonly [string, ...string[]] => [
    'bench/dist/soak.js',
    '--minutes',
    String(minutes),
  ]
  const scaled = { scale: '1/288', fullCommand: command(24 * 60), fullBoundSeconds: 25 * 3_600 }
  return program(proves, command(5), 600, scaled)
}

function inDist(file: string): string {
  const [workspace = '', ...rest] = file.split('/')
  return [workspace, 'dist', ...rest].join('/')
}
