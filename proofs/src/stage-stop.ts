/**
 * Stops a running node exactly where a change of its configuration enters a stage: a breakpoint of its inspector at the
 * method that every change tells its stages to. Nothing waits for a time, and the node knows nothing of it.
 */

import { readFileSync } from 'node:fs'
import type { ChangeStage } from '@ron/kernel/bundle/stages'
import { program, type NodeProcess } from './node-process.ts'
import { ThreadInspector } from './thread-inspector.ts'

/** Where a change stops: what its stages say of themselves in the log. */
export interface Stop {
  readonly stage: ChangeStage
  readonly version: number
  /** Of a stage that does or undoes one. */
  readonly step?: string
}

const method = /\bentering\((\w+), ?(\w+), ?(\w+)\) ?\{/
/** Where it is in what the main thread runs, and what its arguments are called there. */
const script = new URL('bundle/cli.js', `file://${program}`)
const lines = readFileSync(script, 'utf8').split('\n')
const lineNumber = lines.findIndex((line) => method.test(line))
const [head = '', stageName, versionName, stepName] = method.exec(lines[lineNumber] ?? '') ?? []
if (head === '') throw new Error(`${script.pathname} has no method that stages are told to`)
const columnNumber = (lines[lineNumber]?.indexOf(head) ?? 0) + head.length

export class StageStop {
  readonly #inspector: ThreadInspector
  /** Resolves when the change has stopped there. */
  readonly entered: Promise<unknown>

  private constructor(inspector: ThreadInspector) {
    this.#inspector = inspector
    this.entered = inspector.told('Debugger.paused')
  }

  static async at(node: NodeProcess, { stage, version, step }: Stop): Promise<StageStop> {
    const inspector = await ThreadInspector.ofMain(node)
    await inspector.askMain('Debugger.enable', {})
    const [isStage, isStep] = [JSON.stringify(stage), JSON.stringify(step)]
    await inspector.askMain('Debugger.setBreakpointByUrl', {
      url: script.href,
      lineNumber,
      columnNumber,
      condition: `${stageName} === ${isStage} && ${versionName} === ${version} && ${stepName} === ${isStep}`,
    })
    return new StageStop(inspector)
  }

  /** The change goes on, and stops there no more. */
  async goOn(): Promise<void> {
    await this.#inspector.askMain('Debugger.disable', {})
    this.close()
  }

  close(): void {
    this.#inspector.close()
  }
}
