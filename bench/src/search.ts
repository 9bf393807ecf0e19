/**
 * `node bench/dist/search.js [--docs N] [--seed S]`: full-text search at 10 k, 100 k and 1 M short documents, or
 * up to N, in one thread; and SQLite's FTS5 with the same documents in the same run, where it is installed.
 */

import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { machineLines } from './machine.ts'
import { measureFts5, type Fts5Measured } from './search-fts5.ts'
import type { Measured } from './search-thread.ts'
import { percentile } from './spread.ts'

/** As the kernel gives them to the thread of a service. */
const resourceLimits = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 12 }

const { values } = parseArgs({
  options: { docs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
})
const [docsMax, seed] = [Number(values.docs), Number(values.seed)]
const sizes = [10_000, 100_000, 1_000_000].filter((size) => size < docsMax).concat(docsMax)

const print = (line: string) => process.stdout.write(`${line}\n`)
const count = (value: number) => Math.round(value).toLocaleString('en')
const ms = (value: number) => `${value.toFixed(value < 10 ? 3 : 1)} ms`
print(machineLines())
for await (const measured of measure(sizes)) {
  printIndex(measured)
  const fts5 = await measureFts5(measured.docs, seed)
  if (fts5 === null) print('  SQLite FTS5: absent')
  else printFts5(measured, fts5)
}

async function* measure(sizes: readonly number[]): AsyncGenerator<Measured> {
  // One at a time: what is compared must not run beside what it is compared with.
  for (const size of sizes) {
    const worker = new Worker(new URL('./search-thread.js', import.meta.url), {
      workerData: { size, seed },
      resourceLimits,
      execArgv: [],
    })
    yield await new Promise<Measured>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
  }
}

function printIndex({ steps, timings, ...measured }: Measured): void {
  const stepMs = spread(steps, [50, 99, 99.9])
  const [heap, beside] = [measured.heapBytesPerDoc, measured.bufferBytesPerDoc]
  print(`\n${count(measured.docs)} documents, ${count(measured.words)} different words and tags`)
  print(
    `  put and read          ${rate(measured.docsPerCpuSecond)}   aim: 40,000 (by the clock ${count(measured.docsPerSecond)}/s)`,
  )
  print(`  one document          ${stepMs}   longest ${ms(measured.longestMs)}`)
  print(`  removed and put again ${spread(measured.replaced, [50, 99, 100])}`)
  print(
    `  memory                ${count(heap + beside)} bytes a document, ${count(heap)} of them in the heap`,
  )
  for (const { name, times, perSecond } of timings) {
    print(`  ${name.padEnd(21)} ${rate(perSecond)}   ${spread(times, [50, 95, 99])}`)
  }
}

function rate(perCpuSecond: number): string {
  return `${count(perCpuSecond).padStart(8)}/s of the processor`
}

function spread(samples: readonly number[] | Float64Array, percents: readonly number[]): string {
  return percents.map((percent) => `p${percent} ${ms(percentile(samples, percent)).padStart(9)}`).join('   ')
}

function printFts5({ docsPerCpuSecond, timings }: Measured, fts5: Fts5Measured): void {
  print(`  SQLite ${fts5.version} FTS5, the same documents; × is how many times as many the index does`)
  print(
    `  put                   ${rate(fts5.docsPerSecond)}   × ${times(docsPerCpuSecond, fts5.docsPerSecond)}`,
  )
  for (const { name, perSecond } of timings) {
    const [any, all] = [fts5.any[name], fts5.all[name]]
    if (any === undefined || all === undefined) continue
    const either = `any word ${rate(any)} × ${times(perSecond, any).padEnd(7)}`
    print(`  ${name.padEnd(21)} ${either} all words ${rate(all)} × ${times(perSecond, all)}`)
  }
}

function times(ours: number, theirs: number): string {
  return (ours / theirs).toFixed(1)
}
