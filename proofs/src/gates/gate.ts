/**
 * What an acceptance gate is, as data: what a blueprint demands, and the steps that prove it. Nothing is run here,
 * and no gate can call itself passed.
 */

export interface Gate {
  /** As the blueprint numbers it: `A-M3`; `micro-2` is the second gate of the micronode's §2. */
  readonly id: string
  readonly title: string
  /** What the blueprint asks for, in short. */
  readonly demand: string
  /** All of them have to pass. */
  readonly steps: readonly Step[]
  /** What is demanded and no step proves. A gate that lacks something stays open, whatever its steps say. */
  readonly lacks: readonly string[]
}

export type Step = TestStep | ProgramStep | BenchStep

interface StepBase {
  /** What it shows, as the end of "it is proven that …". */
  readonly proves: string
  /** What has to be there, as paths from the project's top; a step without one of them leaves its gate open. */
  readonly needs: readonly string[]
}

/** Tests of one compiled file, or of folders of them. */
export interface TestStep extends StepBase {
  readonly kind: 'tests'
  readonly paths: readonly string[]
  /** Which tests count for this gate; null for all. Each must match at least one. */
  readonly titled: readonly RegExp[] | null
}

/** A program that ends with 0 when it holds. */
export interface ProgramStep extends StepBase {
  readonly kind: 'program'
  /** Of `node`: the script and its arguments. */
  readonly command: readonly string[]
  /** Null where there is no smaller run than the whole. */
  readonly scaled: Scaled | null
  /** Seconds after which the run at its usual scale is ended. */
  readonly boundSeconds: number
}

/** A run that is smaller by default than what the blueprint asks for. */
export interface Scaled {
  /** How much smaller, such as 1/288. */
  readonly scale: string
  /** The arguments with `--full`. */
  readonly fullCommand: readonly string[]
  readonly fullBoundSeconds: number
}

/** A facet of the benchmark. */
export interface BenchStep extends StepBase {
  readonly kind: 'bench'
  readonly facet: string
  /** At which it is measured by default: 1 is real size, which `--full` takes. */
  readonly usualScale: number
  /** Which rows count for this gate; none for all. Each must match at least one that has a limit. */
  readonly rows: readonly RegExp[]
}
