/**
 * A tiny parent of a node. What ends a whole process, such as an allocation that V8 aborts for or kill -9, no
 * supervisor inside can survive; the guard starts the node again and says why. It decides by the same
 * `supervise` that keeps the services alive, with the process in the place of the thread.
 *
 * The node runs in a process group of its own, so that Ctrl-C reaches it once, through the guard. It hears of
 * the guard's end by the channel between the two, and ends then too: no orphan is left.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { MessageChannel } from 'node:worker_threads'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import {
  supervise,
  supervision,
  unsupervised,
  type Supervised,
  type SupervisionEffect,
  type SupervisionEvent,
  type SupervisionShape,
} from '../supervisor/supervise.ts'
import { diedByItself, exitCodeOf, told, type Ending, type Story } from './ending.ts'
import { LastWords } from './last-words.ts'

/** What the node tells its guard. */
export type ToGuard = 'ready' | 'stopping' | AskedAgain

/** It is to be started again at once, with these before its script. Heard once. */
interface AskedAgain {
  readonly flags: readonly string[]
}

const dayMs = 24 * 3_600_000
/** The node has deadlines of its own for its start and its drain; a guard that cut them short would lose data. */
const shape: SupervisionShape = { ...supervision, startTimeoutMs: dayMs, provenMs: 10_000, spares: false }
const graceMs = 15 * 60_000
const wordsBytesMax = 2_048

const untold: Story = { ready: false, stopping: false }

export class Guard {
  /** Of Node.js: what it is given before the script, the script, and what follows. */
  readonly #command: readonly string[]
  readonly #clock: Clock
  readonly #random: Random
  readonly #say: (line: string) => void
  readonly #end: (exitCode: number) => void
  #state: Supervised = unsupervised
  /** What the node asked to be started with; null until it did. */
  #flags: readonly string[] | null = null
  #again = false
  #child: ChildProcess | null = null
  #story: Story = untold
  #words = new LastWords(wordsBytesMax)
  #exitCode = 0
  #startedAtMs = 0
  #cancelTimer = () => {}

  constructor(
    command: readonly string[],
    clock: Clock,
    random: Random,
    say: (line: string) => void,
    end: (exitCode: number) => void,
  ) {
    this.#command = command
    this.#clock = clock
    this.#random = random
    this.#say = say
    this.#end = end
    // Timers keep no process alive; an open port does, also between two nodes.
    new MessageChannel().port1.on('message', () => {})
  }

  start(): void {
    this.#feed({ kind: 'start' })
  }

  /** Hands a signal on. The first begins the end, the next ones say that nobody wants to wait. */
  signal(signal: NodeJS.Signals): void {
    this.#story = { ...this.#story, stopping: true }
    this.#child?.kill(signal)
    this.#feed({ kind: 'stop', graceMs })
  }

  /** The terminal is gone, or somebody wants settings to be read again: the node knows which, and says so if it stops. */
  hangUp(): void {
    if (this.#child === null) this.signal('SIGHUP')
    else this.#child.kill('SIGHUP')
  }

  #feed(event: SupervisionEvent): void {
    const [state, effects] = supervise(this.#state, event, shape)
    this.#state = state
    for (const effect of effects) this.#carryOut(effect)
  }

  #carryOut(effect: SupervisionEffect): void {
    switch (effect.kind) {
      case 'spawn':
        return this.#spawn()
      case 'kill':
        this.#child?.kill('SIGKILL')
        return
      case 'timer':
        return this.#setTimer(effect.inMs)
      case 'no-timer':
        return this.#cancelTimer()
      case 'down':
        return this.#down(effect)
      case 'ended':
        return this.#end(this.#exitCode)
      case 'retire':
        // The signal that asked for the end has been handed on.
        return
      case 'up':
      case 'cut':
      case 'stuck':
      case 'restarted':
      case 'prepare-spare':
      case 'end-spare':
    }
  }

  #spawn(): void {
    const child = spawn(process.execPath, [...(this.#flags ?? []), ...this.#command], {
      stdio: ['inherit', 'inherit', 'pipe', 'ipc'],
      detached: true,
    })
    this.#child = child
    this.#story = untold
    this.#words = new LastWords(wordsBytesMax)
    this.#startedAtMs = this.#clock.monotonic()
    child.stderr?.on('data', (piece: Buffer) => {
      this.#words.hear(piece)
      process.stderr.write(piece)
    })
    child.on('message', (message: ToGuard) => {
      if (message === 'stopping') this.#story = { ...this.#story, stopping: true }
      if (message === 'ready') {
        this.#story = { ...this.#story, ready: true }
        this.#feed({ kind: 'ready' })
      }
      if (typeof message === 'object' && this.#flags === null) {
        this.#flags = message.flags
        this.#again = true
      }
    })
    let over = false
    const ended = (ending: Ending) => {
      if (!over) this.#ended(ending)
      over = true
    }
    child.once('close', (code, signal) => ended({ code, signal }))
    child.once('error', (error) => {
      this.#words.hear(Buffer.from(error.message))
      ended({ code: 1, signal: null })
    })
  }

  #ended(ending: Ending): void {
    this.#child = null
    const again = this.#again && !this.#story.stopping
    this.#again = false
    if (again) return this.#spawn()
    this.#exitCode = exitCodeOf(ending)
    if (!diedByItself(ending, this.#story)) return this.#end(this.#exitCode)
    const seconds = (this.#clock.monotonic() - this.#startedAtMs) / 1_000
    this.#say(`the node ${told(ending)} after ${seconds.toFixed(1)} s`)
    if (this.#words.text !== '') this.#say(`its last words: ${this.#words.text}`)
    const [atMs, fraction] = [this.#clock.monotonic(), this.#random.fraction()]
    this.#feed({ kind: 'exited', atMs, fraction, cause: 'exit', because: told(ending) })
  }

  #down({ retryInMs, degraded }: Extract<SupervisionEffect, { kind: 'down' }>): void {
    if (degraded) {
      this.#say(
        `it was started ${shape.restartsMax} times within ${shape.windowMs} ms and did not last; giving up`,
      )
      return this.#end(this.#exitCode)
    }
    this.#say(retryInMs === 0 ? 'starting it again at once' : `starting it again in ${retryInMs} ms`)
  }

  #setTimer(inMs: number): void {
    this.#cancelTimer()
    this.#cancelTimer = this.#clock.after(inMs, () =>
      this.#feed({ kind: 'timer', atMs: this.#clock.monotonic() }),
    )
  }
}
