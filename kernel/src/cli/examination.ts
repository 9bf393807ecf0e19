/** Looking at things that may be wrong: each look has a deadline, and each failure a fix. */

import type { Clock } from '../ports/clock.ts'

/** Something to look at. Touching the world is the caller's: a probe is handed in. */
export interface Probe {
  readonly name: string
  /** What to do when it is not well. */
  readonly fix: string
  /** Resolves with a detail worth reading; rejects with the reason. */
  readonly look: () => Promise<string>
}

export interface Finding {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
  /** Null when all is well. */
  readonly fix: string | null
}

const LOOK_TIMEOUT_MS = 5_000

/** Looks at everything at once; a probe that does not answer counts as a failure. */
export function examine(probes: readonly Probe[], clock: Clock): Promise<Finding[]> {
  return Promise.all(probes.map((probe) => examineOne(probe, clock)))
}

export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ name }) => name.length))
  return findings
    .map(({ name, ok, detail, fix }) => {
      const line = `  ${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(width)}  ${detail}`.trimEnd()
      return fix === null ? line : `${line}\n        ${''.padEnd(width)}  fix: ${fix}`
    })
    .join('\n')
}

async function examineOne({ name, fix, look }: Probe, clock: Clock): Promise<Finding> {
  let cancel = () => {}
  const tooLate = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`no answer within ${LOOK_TIMEOUT_MS} ms`))
    cancel = clock.after(LOOK_TIMEOUT_MS, late)
  })
  try {
    return { name, ok: true, detail: await Promise.race([look(), tooLate]), fix: null }
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error), fix }
  } finally {
    cancel()
  }
}
