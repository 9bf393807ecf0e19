/**
 * Proves amnesia for this build and prints the statement as JSON, for `ronctl prove amnesia` to sign. Exits with 1 when
 * the proof does not hold, and with 2 where it cannot be had.
 */

import { fileURLToPath } from 'node:url'
import { need } from '../programs.ts'
import { scratchFolder } from '../scratch.ts'
import { proveAmnesia } from './amnesia.ts'

const missing = whatIsMissing()
if (missing === null) await prove()
else {
  process.stderr.write(`${missing}\n`)
  process.exitCode = 2
}

async function prove(): Promise<void> {
  const program = fileURLToPath(import.meta.resolve('@ron/kernel/main'))
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const statement = await proveAmnesia(program, scratchFolder(), say)
  process.stdout.write(`${JSON.stringify(statement)}\n`)
  process.exitCode = statement.verdict === 'pass' ? 0 : 1
}

/** A sentence where there is nothing to prove with. */
function whatIsMissing(): string | null {
  if (process.platform !== 'linux')
    return `amnesia is proven on Linux, with strace and /proc; this is ${process.platform}`
  try {
    need('strace')
    return null
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}
