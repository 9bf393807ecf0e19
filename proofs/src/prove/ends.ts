/** A node from its start to one of its ends, with what each leaves behind as checks. */

import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { asker } from '../http.ts'
import { readTraces } from '../strace.ts'
import { sightings, type Sighting } from './canaries.ts'
import { load, zkSettings } from './load.ts'
import { plant, type Marks } from './marks.ts'
import { ProcessMemory } from './memory.ts'
import { bytesLeft, findSegments, type Segment } from './segments.ts'
import { changesBetween, snapshot } from './snapshot.ts'
import type { Check } from './statement.ts'
import { startTraced, type TracedNode } from './traced-node.ts'

export type End = 'SIGTERM' | 'SIGKILL' | 'SIGABRT'

export interface Ended {
  readonly end: End
  readonly checks: readonly Check[]
  readonly build: Readonly<Record<string, unknown>>
  readonly serving: readonly Sighting[]
  /** Of a drain; empty of any other end, after which there is no process to look into. */
  readonly ending: readonly Sighting[]
  readonly home: string
}

const rounds = 6
/** A record without the services' threads, their modules or the log would prove nothing. */
const recordMin = { threads: 6, opens: 100, writes: 100 }
const examplesMax = 3

/** `folder` is this run's own. */
export async function nodeToItsEnd(program: string, folder: string, end: End): Promise<Ended> {
  const place = (name: string) => {
    const path = join(mkdtempSync(join(folder, `${end.toLowerCase()}-`)), name)
    mkdirSync(path)
    return path
  }
  const [home, keys, traces] = [place('home'), place('keys'), place('traces')]
  const marks = plant(keys)
  const owned = [home, keys, dirname(program)]
  const before = snapshot(owned)
  const args = [...marks.settings, ...zkSettings, 'storage.bytes_max=8MiB', 'log.level=debug']
  const node = await startTraced({
    program,
    home,
    traces,
    args: args.flatMap((setting) => ['--set', setting]),
  })
  const answered = await load(node, marks, rounds)
  const build = (await asker({ url: node.admin, token: node.token })('GET /version')).json<
    Record<string, unknown>
  >()
  const checks = [done(end, answered), ...guarded(end, node)]
  const serving = inMemory(node.pid, (memory) => sightings(memory, marks.canaries))
  node.signal(end)
  const { ending, more } = end === 'SIGTERM' ? await drained(node, marks, serving) : { ending: [], more: [] }
  const how = await node.ended()
  const named = (name: string) => `${name} (${end})`
  const expected = end === 'SIGTERM' ? 0 : end
  checks.push(...more, {
    name: named('it ends as it was told to'),
    ok: how === expected,
    evidence: `it ended with ${how}`,
  })
  checks.push(...recorded(end, traces), untouched(end, changesBetween(before, snapshot(owned))))
  checks.push(silent(end, node.output(), marks))
  return { end, checks, build, serving, ending, home }
}

function done(end: End, answered: number): Check {
  return {
    name: `it did everything a node does (${end})`,
    ok: answered > 0,
    evidence: `${answered} requests: objects, queues, feeds, graph, search, proofs, OAP, scrapes`,
  }
}

/** Ways in which memory comes to a disk without a system call of the process. */
function guarded(end: End, { pid }: TracedNode): readonly Check[] {
  const core =
    /^Max core file size +(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1] ?? 'unknown'
  const swapped = /^VmSwap:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 'unknown'
  return [
    {
      name: `it leaves no core dump (${end})`,
      ok: core === '0',
      evidence: `the limit of a core file is ${core} bytes`,
    },
    {
      name: `nothing of it is swapped out (${end})`,
      ok: swapped === '0',
      evidence: `${swapped} kB are swapped out`,
    },
  ]
}

/** Looks into the process when its work is done and it is about to exit. */
async function drained(
  node: TracedNode,
  marks: Marks,
  serving: readonly Sighting[],
): Promise<{ readonly ending: readonly Sighting[]; readonly more: readonly Check[] }> {
  const segments = inMemory(node.pid, findSegments)
  await node.held()
  const { ending, left } = inMemory(node.pid, (memory) => ({
    ending: sightings(memory, marks.canaries),
    left: segments.map((segment) => bytesLeft(memory, segment)),
  }))
  node.letGo()
  return { ending, more: [seen(serving, marks), overwritten(segments, left), forgotten(ending, marks)] }
}

function seen(serving: readonly Sighting[], { canaries }: Marks): Check {
  const unseen = canaries.filter(
    ({ name }) => !serving.some(({ canary, copies }) => canary === name && copies > 0),
  )
  const names = unseen.map(({ name }) => name).join(', ')
  return {
    name: 'every mark is seen while it serves',
    ok: unseen.length === 0,
    evidence: unseen.length === 0 ? `${canaries.length} marks were found` : `not found: ${names}`,
  }
}

function overwritten(segments: readonly Segment[], left: readonly number[]): Check {
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  const rest = left.reduce((sum, count) => sum + count, 0)
  return {
    name: 'what the services kept is overwritten with zeros',
    ok:
      segments.some(({ kind }) => kind === 'contents') &&
      segments.some(({ kind }) => kind === 'journal') &&
      rest === 0,
    evidence: `${segments.length} segments of ${bytes} bytes were found, and ${rest} bytes in them are not zero`,
  }
}

function forgotten(ending: readonly Sighting[], { canaries }: Marks): Check {
  const secrets = canaries.filter(({ secret }) => secret).map(({ name }) => name)
  const found = ending.filter(({ canary, copies }) => secrets.includes(canary) && copies > 0)
  const told = found.map(({ canary, form, copies }) => `${copies} of the ${canary} (${form})`).join(', ')
  return {
    name: 'keys are overwritten, with every copy of them',
    ok: found.length === 0,
    evidence:
      found.length === 0 ? `no copy of ${secrets.join(' and ')} is left, raw or in hex` : `left: ${told}`,
  }
}

function recorded(end: End, traces: string): readonly Check[] {
  const { threads, calls, byName, changes } = readTraces(traces)
  const [opens, writes] = [byName.get('openat') ?? 0, byName.get('write') ?? 0]
  const whole = threads > recordMin.threads && opens > recordMin.opens && writes > recordMin.writes
  return [
    {
      name: `the record of its system calls is whole (${end})`,
      ok: whole,
      evidence: `${calls} calls of ${threads} threads, ${opens} of them openat and ${writes} write`,
    },
    {
      name: `it wrote to nothing but pipes, sockets and counters (${end})`,
      ok: changes.length === 0,
      evidence:
        changes.length === 0
          ? 'no call changes a file, or tries to'
          : changes.slice(0, examplesMax).join('; '),
    },
  ]
}

function untouched(end: End, changes: readonly string[]): Check {
  return {
    name: `its folders are as they were (${end})`,
    ok: changes.length === 0,
    evidence:
      changes.length === 0 ? 'home, keys and build are unchanged' : changes.slice(0, examplesMax).join('; '),
  }
}

/** Nothing of what it was sent, and no key, is in what it printed. */
function silent(end: End, output: string, { canaries }: Marks): Check {
  const printed = Buffer.from(output)
  const said = canaries.filter(({ forms }) => forms.some(({ bytes }) => printed.includes(bytes)))
  return {
    name: `nothing of it is in the log (${end})`,
    ok: said.length === 0,
    evidence:
      said.length === 0 ? `${printed.length} bytes hold no mark` : said.map(({ name }) => name).join(', '),
  }
}

function inMemory<Found>(pid: number, look: (memory: ProcessMemory) => Found): Found {
  const memory = new ProcessMemory(pid)
  try {
    return look(memory)
  } finally {
    memory.close()
  }
}
