/**
 * Ends the threads of services, spares included, also while the main thread stands still at a breakpoint: it reaches
 * the `Worker` of each through the inspector. What the node holds of them learns of it when the main thread goes on.
 */

import { eventually } from './eventually.ts'
import type { NodeProcess } from './node-process.ts'
import { ThreadInspector, type Answer } from './thread-inspector.ts'

const workerClass = "process.getBuiltinModule('node:worker_threads').Worker.prototype"
const threadsOfProcess = "String(process.getBuiltinModule('node:fs').readdirSync('/proc/self/task').length)"
/** A set of those that are made from now on. */
const following = `(() => {
  const workers = new Set()
  process.on('worker', (worker) => workers.add(worker))
  return workers
})()`
/** Those that there are as well; a prototype that inherits from `Worker` is none. */
const addAll = `function (found) {
  for (const each of found) if (!Object.hasOwn(each, 'constructor')) this.add(each)
}`
const countRunning = 'function () { return String([...this].filter(({ threadId }) => threadId > 0).length) }'
const terminate = `function (ids) {
  for (const worker of this) if (ids.includes(worker.threadId)) void worker.terminate()
}`

export class ThreadEnder {
  readonly #inspector: ThreadInspector
  /** The set of workers in the main thread. */
  readonly #workers: string

  private constructor(inspector: ThreadInspector, workers: string) {
    this.#inspector = inspector
    this.#workers = workers
  }

  static async of(node: NodeProcess): Promise<ThreadEnder> {
    const inspector = await ThreadInspector.ofMain(node)
    const evaluated = async (expression: string) => {
      const { result } = await inspector.askMain('Runtime.evaluate', { expression })
      if (result?.objectId === undefined) throw new Error(`the main thread makes nothing of ${expression}`)
      return result.objectId
    }
    // Followed first, so that none is made unseen in between.
    const ender = new ThreadEnder(inspector, await evaluated(following))
    const prototypeObjectId = await evaluated(workerClass)
    const { objects } = await inspector.askMain('Runtime.queryObjects', { prototypeObjectId })
    await ender.#callOnWorkers(addAll, { objectId: objects?.objectId })
    return ender
  }

  /** How many threads services have, spares among them. */
  async running(): Promise<number> {
    return Number((await this.#callOnWorkers(countRunning)).result?.value)
  }

  /** Resolves with how many they were, when the system has them no more. */
  async end(services: readonly string[]): Promise<number> {
    // Counted first: one that was ending anyway is then among those that are to be gone.
    const before = await this.#count()
    const ids = await this.#threadsOf(services)
    await this.#callOnWorkers(terminate, { value: ids })
    await eventually(`the threads of ${services.join()} to be gone`, async () => {
      return (await this.#count()) <= before - ids.length
    })
    return ids.length
  }

  /** The numbers of their threads, of spares too. */
  async #threadsOf(services: readonly string[]): Promise<readonly number[]> {
    await this.#inspector.attach()
    const titles = this.#inspector.workers.map(({ title }) => title)
    await this.#inspector.detach()
    return titles.flatMap((title) => {
      const [, id, name = ''] = /^\[worker (\d+)\] (.*)$/.exec(title) ?? []
      return services.includes(name) ? [Number(id)] : []
    })
  }

  #callOnWorkers(functionDeclaration: string, ...args: readonly object[]): Promise<Answer> {
    const call = { objectId: this.#workers, functionDeclaration }
    return this.#inspector.askMain('Runtime.callFunctionOn', { ...call, arguments: args })
  }

  async #count(): Promise<number> {
    const { result } = await this.#inspector.askMain('Runtime.evaluate', { expression: threadsOfProcess })
    return Number(result?.value)
  }
}
