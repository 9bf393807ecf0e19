/**
 * Round trips between two threads, through a ring and through a MessagePort: the same messages, so many of
 * them on their way at once, in turns so that noise falls on both.
 */

import {
  openPort as openMessagePort,
  portPair as messagePair,
  type PortSeed as MessageSeed,
} from '@ron/kernel/port/message-port.oracle'
import {
  openPort as openRingPort,
  portPair as ringPair,
  type PortSeed as RingSeed,
} from '@ron/kernel/port/ring-port'
import type { Message, Port } from '@ron/kernel/ports/port'
import { Worker } from 'node:worker_threads'
import { median } from './spread.ts'

/** The least a message can be; what a small read asks and answers; the same with a body of 1 KiB. */
const whats = ['bare', 'request', 'request + 1 KiB'] as const
type What = (typeof whats)[number]

export type Birth = { readonly what: What } & (
  | { readonly kind: 'ring'; readonly seed: RingSeed }
  | { readonly kind: 'message'; readonly seed: MessageSeed }
)

interface Rate {
  readonly perSecond: number
  /** Processor time of both threads for a round trip. */
  readonly cpuMicros: number
}

export interface RoundTrips {
  readonly what: What
  readonly depth: number
  readonly ring: Rate
  readonly message: Rate
  /** Ring over MessagePort, the median of the rounds. */
  readonly ratio: number
}

export const rounds = 7
const roundMs = 300
/** That of the storage service. */
const capacity = 2_176

const caller = {
  subject: 'v1:boot:4f2a',
  tenant: '0'.repeat(32),
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
}

export async function roundTrips(): Promise<readonly RoundTrips[]> {
  const found: RoundTrips[] = []
  for (const what of whats) {
    const [ring, message] = [new Line('ring', what), new Line('message', what)]
    for (const depth of [1, 16, 256]) {
      // Once to warm up.
      await ring.round(depth)
      await message.round(depth)
      const pairs: { ring: Rate; message: Rate }[] = []
      for (let round = 0; round < rounds; round++) {
        pairs.push({ ring: await ring.round(depth), message: await message.round(depth) })
      }
      found.push({
        what,
        depth,
        ring: middle(pairs.map((pair) => pair.ring)),
        message: middle(pairs.map((pair) => pair.message)),
        ratio: median(pairs.map((pair) => pair.ring.perSecond / pair.message.perSecond)),
      })
    }
    await Promise.all([ring.end(), message.end()])
  }
  return found
}

export function answerTo(message: Message, what: What): Message {
  if (message.kind !== 'request') return { kind: 'opened', id: message.id }
  const fields = { outcome: 'found', name: message.fields['name'] }
  return {
    kind: 'reply',
    id: message.id,
    micros: 0,
    fields,
    body: what === 'request' ? null : new Uint8Array(1024),
  }
}

function asked(id: number, what: What): Message {
  if (what === 'bare') return { kind: 'cancel', id }
  const fields = { name: 'photos/2026/summer.jpg', from: 0 }
  return { kind: 'request', id, operation: 'get', fields, body: null, caller, timeoutMs: 1_000 }
}

/** This end of a port whose other end is a thread that answers. */
class Line {
  readonly #what: What
  readonly #worker: Worker
  readonly #port: Port
  #received = () => {}
  #id = 0

  constructor(kind: Birth['kind'], what: What) {
    const [here, there] = kind === 'ring' ? ringPair(capacity) : messagePair(capacity)
    this.#what = what
    this.#worker = new Worker(new URL('./port-echo.js', import.meta.url), {
      workerData: { kind, seed: there, what },
      transferList: [there.port],
    })
    this.#port = 'page' in here ? openMessagePort(here) : openRingPort(here)
    this.#port.receive(() => this.#received())
  }

  /** Keeps `depth` messages on their way for a while. */
  round(depth: number): Promise<Rate> {
    return new Promise((resolve) => {
      const from = performance.now()
      const cpu = process.cpuUsage()
      let answered = 0
      let open = 0
      let over = false
      const ask = () => {
        open++
        if (!this.#port.send(asked(this.#id++, this.#what))) throw new Error('the way there is full')
      }
      this.#received = () => {
        answered++
        open--
        // Now and then: reading the clock costs as much as a step of the ring.
        if (answered % 64 === 0) over ||= performance.now() - from > roundMs
        if (!over) return ask()
        if (open > 0) return
        const { user, system } = process.cpuUsage(cpu)
        const perSecond = (answered / (performance.now() - from)) * 1_000
        resolve({ perSecond, cpuMicros: (user + system) / answered })
      }
      for (let i = 0; i < depth; i++) ask()
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}

function middle(rates: readonly Rate[]): Rate {
  return {
    perSecond: median(rates.map(({ perSecond }) => perSecond)),
    cpuMicros: median(rates.map(({ cpuMicros }) => cpuMicros)),
  }
}
