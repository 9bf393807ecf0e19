/** Runs the steps of gates. What several of them ask for is run once, and a proof that crashes or hangs is one that failed. */

import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { BenchStep, ProgramStep, Step, TestStep } from './gate.ts'
import { runBounded, type Ended } from './child.ts'
import { judgedRows } from './judged-rows.ts'
import { judgedTests, readTap } from './tap.ts'
import type { Outcome, StepResult } from './verdict.ts'

const testBoundSeconds = 1_200
const benchBoundSeconds = 3_600
const lastWordsMax = 240

export interface RunOptions {
  /** The project's top. */
  readonly root: string
  readonly full: boolean
  /** Told of each run as it begins. */
  readonly say: (line: string) => void
}

export class StepRunner {
  readonly #options: RunOptions
  readonly #runs = new Map<string, Promise<Ended>>()

  constructor(options: RunOptions) {
    this.#options = options
  }

  /** Never rejects: a step that cannot be run has failed, and the others go on. */
  async run(step: Step): Promise<StepResult> {
    try {
      return await this.#run(step)
    } catch (cause) {
      const evidence = `it could not be run: ${cause instanceof Error ? cause.message : String(cause)}`
      return { proves: step.proves, seconds: 0, outcome: { kind: 'fail', evidence } }
    }
  }

  async #run(step: Step): Promise<StepResult> {
    const missing = step.needs.find((path) => found(this.#options.root, path).length === 0)
    const { proves } = step
    if (missing !== undefined)
      return { proves, seconds: 0, outcome: { kind: 'open', evidence: `${missing} is not there` } }
    if (step.kind === 'tests') return this.#tests(step)
    if (step.kind === 'program') return this.#program(step)
    return this.#bench(step)
  }

  async #tests({ proves, paths, titled }: TestStep): Promise<StepResult> {
    const files = paths.flatMap((path) => found(this.#options.root, path))
    const args = ['--test', '--test-reporter=tap', ...files]
    const ended = await this.#once(args, testBoundSeconds, paths)
    const { ok, evidence } = judgedTests(readTap(ended.output, files), titled)
    // Others of the file may have failed; whatever was ended by a signal has not told of all.
    const whole = titled === null ? ended.code === 0 : ended.code !== null
    const passed = ok && whole && !ended.late
    const told = passed || !ok ? evidence : howItEnded(ended)
    return result(proves, ended, passed ? { kind: 'pass', evidence: told, scale: null } : failed(ended, told))
  }

  async #program({ proves, command, scaled, boundSeconds }: ProgramStep): Promise<StepResult> {
    const { full } = this.#options
    const whole = scaled !== null && full ? scaled : null
    const ended = await this.#once(whole?.fullCommand ?? command, whole?.fullBoundSeconds ?? boundSeconds)
    const scale = full || scaled === null ? null : scaled.scale
    const passed = ended.code === 0 && !ended.late
    return result(
      proves,
      ended,
      passed ? { kind: 'pass', evidence: shown(ended), scale } : failed(ended, howItEnded(ended)),
    )
  }

  async #bench({ proves, facet, usualScale, rows }: BenchStep): Promise<StepResult> {
    const { root, full } = this.#options
    const scale = full ? 1 : usualScale
    const args = ['bench/dist/main.js', '--only', facet, ...(scale < 1 ? ['--scale', String(scale)] : [])]
    const written = join(root, 'bench/results', `${facet}.json`)
    // What an earlier run has left is not of this one.
    if (!this.#runs.has(args.join(' '))) rmSync(written, { force: true })
    const ended = await this.#once(args, benchBoundSeconds)
    if (ended.code !== 0 || ended.late) return result(proves, ended, failed(ended, howItEnded(ended)))
    return result(proves, ended, judgedRows(JSON.parse(readFileSync(written, 'utf8')), rows, scale))
  }

  /** `said` is what it is called where it is told of. */
  async #once(args: readonly string[], boundSeconds: number, said = args): Promise<Ended> {
    const { root, say } = this.#options
    const key = args.join(' ')
    const running = this.#runs.get(key)
    // Its time was counted where it ran.
    if (running !== undefined) return { ...(await running), seconds: 0 }
    say(`node ${said.join(' ')}`)
    const run = runBounded(args, root, boundSeconds)
    this.#runs.set(key, run)
    return run
  }
}

/**
 * The files that a path of a step names, from the project's top: of a folder the tests in it. Of what was compiled only
 * that whose source is still there.
 */
export function found(root: string, path: string): readonly string[] {
  const folder = dirname(path)
  const names = path.includes('*') ? matching(join(root, folder), basename(path)) : [basename(path)]
  return names
    .flatMap((name) => inside(root, join(folder, name)))
    .filter((each) => existsSync(join(root, each)) && sourced(root, each))
}

function inside(root: string, path: string): readonly string[] {
  const at = join(root, path)
  if (!existsSync(at) || !statSync(at).isDirectory()) return [path]
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => join(path, name))
}

function matching(folder: string, pattern: string): readonly string[] {
  if (!existsSync(folder)) return []
  const [before = '', after = ''] = pattern.split('*')
  return readdirSync(folder).filter((name) => name.startsWith(before) && name.endsWith(after))
}

/** A compiled file may outlive its source. */
function sourced(root: string, path: string): boolean {
  if (!/\/dist\/.*\.(test|drill)\.js$/.test(path)) return true
  const source = path.replace(/\.js$/, '.ts')
  return ['/src/', '/'].some((folder) => existsSync(join(root, source.replace('/dist/', folder))))
}

function failed(ended: Ended, evidence: string): Outcome {
  return { kind: 'fail', evidence: ended.late ? howItEnded(ended) : evidence }
}

function result(proves: string, { seconds }: Ended, outcome: Outcome): StepResult {
  return { proves, outcome, seconds }
}

function howItEnded({ late, code, signal, output }: Ended): string {
  const how = late ? 'did not end in time' : `ended with ${signal ?? `code ${code}`}`
  return `${how}: ${lastLine(output)}`
}

/** The last line, without the mark of a list that all is well. */
function shown({ output }: Ended): string {
  return lastLine(output).replace(/^ok\s+/, '')
}

function lastLine(output: string): string {
  return (output.trimEnd().split('\n').at(-1) ?? '').trim().slice(0, lastWordsMax)
}
