/**
 * The first file a service's thread runs. It loads the service, starts it with a context, and answers the
 * kernel and the peers through their ports until it is told to stop. It knows no contract, only shapes.
 */

import { parentPort, workerData } from 'node:worker_threads'
import type { StateLease } from '../arena/arena.ts'
import { ArenaBlobs } from '../arena/arena-blobs.ts'
import { ArenaJournal } from '../arena/arena-journal.ts'
import { StampTable } from '../arena/stamp-table.ts'
import { Answering } from '../call/answering.ts'
import { described } from '../call/described.ts'
import { Inbox } from '../call/inbox.ts'
import type { PlainHandler } from '../call/taken.ts'
import type { Health } from '../contract/contract.ts'
import type { Port } from '../ports/port.ts'
import { openPort } from '../port/ring-port.ts'
import type { Cause } from '../supervisor/cause.ts'
import { systemClock } from '../system/clock.ts'
import { keepHeapSmall } from '../system/heap.ts'
import { systemRandom } from '../system/random.ts'
import { boundedLog } from './bounded-log.ts'
import type { Birth, FromThread, ToThread } from './control.ts'
import { PeerLink } from './peer-link.ts'
import { fall } from './fall.ts'
import { addToVital, writeVital } from './vitals.ts'

/** A started service with its types washed out; `service()` checked them where it was written. */
interface PlainRunning {
  readonly handle: Readonly<Record<string, PlainHandler>>
  health(): Health
  stop(): Promise<void>
}
interface PlainModule {
  readonly default: (context: unknown) => Promise<PlainRunning>
}

/** Vitals are written and health is looked at this often. */
const beatMs = 100
const logLinesPerSecond = 200
/** Handlers begun before the answers of the first may leave; a turn of the event loop costs a microsecond or two. */
const requestsPerTurn = 16

if (parentPort === null) throw new Error('host.js runs in a worker thread only')
const kernel = parentPort
const birth: Birth = workerData
const say = (message: FromThread) => kernel.postMessage(message)
const clock = systemClock
const log = boundedLog(
  (level, message, fields) => say({ kind: 'log', level, message, fields }),
  clock,
  logLinesPerSecond,
)

keepHeapSmall(clock)
const peers = new Map(birth.peers.map((shape) => [shape.name, new PeerLink(shape, clock)]))
const inbox = new Inbox(birth.shape.inbox)
const callers = new Set<Answering>()
/** Ports that came before the service had started. */
const early: Port[] = []
let running: PlainRunning | null = null
let stopped = false
let begin = (_lease: StateLease | null) => {}
const begun = new Promise<StateLease | null>((resolve) => {
  begin = resolve
})

kernel.on('message', (message: ToThread) => {
  if (message.kind === 'caller') answer(openPort(message.seed, { garbled, perTurn: requestsPerTurn }))
  if (message.kind === 'peer') peers.get(message.name)?.connect(openPort(message.seed, { garbled }))
  if (message.kind === 'begin') begin(message.state)
  if (message.kind === 'stop') void stop()
  if (message.kind === 'fall') fall(message.how)
})

process.on('uncaughtExceptionMonitor', (error, origin) =>
  fallen(origin === 'unhandledRejection' ? 'rejection' : 'throw', described(error)),
)
process.on('exit', (code) => {
  if (!stopped) fallen('exit', `its thread exited with code ${code}`)
})

const { default: start }: PlainModule = await import(birth.moduleUrl)
const { state } = birth
const blobs = state?.blobs ? new ArenaBlobs(state.blobs, systemRandom, () => later(0)) : null
const journal =
  state && new ArenaJournal(state.journal, { owner: begun.then(owned), pause: later, beat: stillHere })
// A spare waits here, its code loaded, or inside of `start`, where it follows the journal. What the service keeps
// belongs to the thread before until `begin`.
if (journal === null) await begun
running = await start({
  config: birth.config,
  peers: Object.fromEntries([...peers].map(([name, link]) => [name, link.client])),
  clock,
  random: systemRandom,
  log,
  journal,
  blobs,
  stamps: state?.stamps ? new StampTable(state.stamps) : null,
})
for (const port of early.splice(0)) answer(port)
say({ kind: 'ready' })
beat(running, null)

function later(ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve))
}

/** Takes over what the thread before kept; the number is the one to write the journal under. */
function owned(lease: StateLease | null): number {
  if (lease === null) throw new Error('a service that keeps state begins with a lease of it')
  if (lease.blobs !== null) blobs?.take(lease.blobs)
  return lease.journal
}

/** Costs the line, which stays closed until one of its two threads is made anew. */
function garbled(because: string): void {
  log.error('a line was closed, for its other end wrote garbage', { because })
}

function answer(port: Port): void {
  if (running === null) {
    early.push(port)
    return
  }
  const answering = new Answering(port, birth.shape, running.handle, inbox, clock, log)
  callers.add(answering)
  answering.ended(() => callers.delete(answering))
}

function stillHere(): void {
  addToVital(birth.vitals, 'beats', 1)
}

/** Publishes vitals, and the health when it changed. `said` is what was wrong at the last beat, if anything. */
function beat(service: PlainRunning, said: string | null): void {
  const health = service.health()
  const wrong = health.state === 'ready' ? null : health.because
  if (wrong !== said) say({ kind: 'health', health })
  writeVital(birth.vitals, 'depth', inbox.depth)
  writeVital(birth.vitals, 'running', inbox.running)
  stillHere()
  clock.after(beatMs, () => beat(service, wrong))
}

/**
 * A rejection here ends the thread, and the kernel says why. The thread is ended rather than left to end by
 * itself: a timer or a socket that the service forgot would keep it.
 */
async function stop(): Promise<void> {
  for (const answering of callers) answering.stop()
  // What was aborted has a turn to end and to be answered, before the service takes down what it stands on.
  await later(0)
  await running?.stop()
  stopped = true
  process.exit(0)
}

/**
 * Last words, and then nothing more: not even the service's own exit handlers run, so the next thread may take
 * over what this one kept while the system is still busy taking it down.
 */
function fallen(cause: Cause, because: string): void {
  say({ kind: 'fallen', cause, because })
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0)
}
