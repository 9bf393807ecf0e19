/**
 * The side of a hand-over that goes: it listens at a socket for a node that wants to take over, one at a time, and
 * when that one's door is open it begins its drain. What services kept it gives away afterwards, and keeps it for a
 * while for another when the first one fails.
 */

import { createServer, type Server, type Socket } from 'node:net'
import { placeSize } from '../arena/carried.ts'
import type { KeptKey } from '../kms/kms.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import { listenAs } from '../system/private-socket.ts'
import { Channel } from './channel.ts'
import { messageIn, messageRecord, stateFormat, type Message } from './messages.ts'
import { sendState, type Beside, type Places } from './transfer.ts'

const stepMs = 10_000
/** How long whoever takes over may need until its door is open, and in the end to look at what it got. */
const openMs = 60_000
/** How long what is kept waits for another who takes it, after one has failed. */
const keepMs = 60_000

export interface GiveParts {
  readonly path: string
  /** 32 bytes that both nodes have. */
  readonly key: Uint8Array
  readonly places: Places
  /** They stay as they are from then on. */
  readonly keys: () => readonly KeptKey[]
  /** Whoever has them did not take over. */
  readonly keysBack: () => void
  /** Asked when services have stopped. */
  readonly beside: () => Beside
  /** Begins the drain; further calls change nothing. */
  readonly drain: () => void
  readonly clock: Clock
  readonly log: Log
}

export type Given = 'nobody asked' | 'taken' | 'lost'

export class Giver {
  readonly #parts: GiveParts
  readonly #server: Server
  /** The node that is being answered; others are turned away meanwhile. */
  #busy = false
  #taker: Channel | null = null
  #asked = false
  #wake = () => {}

  constructor(parts: GiveParts) {
    this.#parts = parts
    this.#server = createServer((socket) => this.#came(socket))
    this.#server.maxConnections = 8
  }

  /** Resolves when it listens. Nothing may lie at the path. Rejects with a sentence. */
  async open(): Promise<void> {
    const { path, log } = this.#parts
    try {
      await listenAs(this.#server, path)
    } catch (cause) {
      throw new Error(`node.hand_over_socket: ${reasonOf(cause)}`, { cause })
    }
    this.#server.on('error', ({ message }) =>
      log.warn('whoever asked for a hand-over could not be heard', { error: message }),
    )
  }

  /** To be called when no service runs any more. Resolves when somebody has it all, or nobody is to have it. */
  async give(): Promise<Given> {
    const { clock, log } = this.#parts
    const untilMs = clock.monotonic() + keepMs
    let given: Given = this.#asked ? 'lost' : 'nobody asked'
    while (this.#asked && given === 'lost' && clock.monotonic() < untilMs) {
      const taker = await this.#next(untilMs)
      if (taker !== null && (await this.#givenTo(taker))) given = 'taken'
    }
    if (given === 'lost') log.error('nobody took what the services kept, and it ends with this process')
    this.close()
    return given
  }

  close(): void {
    this.#taker?.end()
    this.#server.close()
  }

  #came(socket: Socket): void {
    const { log } = this.#parts
    if (this.#busy) {
      socket.destroy()
      return
    }
    this.#busy = true
    this.#answer(socket).catch((thrown: unknown) => {
      this.#busy = false
      socket.destroy()
      log.warn('a hand-over came to nothing', { because: `whoever asked ${reasonOf(thrown)}` })
    })
  }

  async #answer(socket: Socket): Promise<void> {
    const { key, keysBack, clock, log, drain } = this.#parts
    const channel = await Channel.open(socket, key, false, clock, stepMs)
    const asked = messageIn(await channel.receive(stepMs))
    const because = this.#objection(asked)
    if (because !== null) {
      await channel.send(messageRecord({ kind: 'refused', because }), stepMs)
      throw new Error(`was refused: ${because}`)
    }
    try {
      await this.#sentKeys(channel)
    } catch (thrown) {
      keysBack()
      throw thrown
    }
    log.info('another node takes over')
    this.#asked = true
    this.#taker = channel
    this.#wake()
    drain()
  }

  /** Resolves when whoever asked has the keys and its door is open. */
  async #sentKeys(channel: Channel): Promise<void> {
    const keys = this.#parts.keys()
    try {
      await channel.send(messageRecord({ kind: 'keys', keys }), stepMs)
    } finally {
      for (const { secret } of keys) secret.fill(0)
    }
    const next = messageIn(await channel.receive(openMs))
    if (next.kind !== 'drain') throw new Error(`said ${next.kind} instead of drain`)
  }

  /** What makes it impossible, found before anything has begun. */
  #objection(message: Message): string | null {
    if (message.kind !== 'take') return `it said ${message.kind} instead of take`
    const { format, places } = message
    if (format !== stateFormat)
      return (
        `it keeps its state in format ${format} and this node in ${stateFormat}; ` +
        'start it with node.hand_over alone, and let clients fill it anew'
      )
    for (const [service, place] of this.#parts.places) {
      const [own, theirs] = [placeSize(place), places[service]]
      if (theirs === undefined) return `it does not run ${service}, which keeps something here`
      const small = [
        { setting: place.journal.setting, is: theirs.journal, needs: own.journal },
        { setting: place.blobs?.setting ?? '', is: theirs.pages, needs: own.pages },
      ].find(({ is, needs }) => is < needs)
      if (small !== undefined) return `its ${small.setting} is smaller than here; give it at least as much`
    }
    return null
  }

  /** Null when the time is up. */
  async #next(untilMs: number): Promise<Channel | null> {
    const { clock } = this.#parts
    while (this.#taker === null && clock.monotonic() < untilMs) {
      await new Promise<void>((resolve) => {
        const cancel = clock.after(untilMs - clock.monotonic(), resolve)
        this.#wake = () => {
          cancel()
          resolve()
        }
      })
    }
    const taker = this.#taker
    this.#taker = null
    return taker
  }

  async #givenTo(taker: Channel): Promise<boolean> {
    const { places, beside, log } = this.#parts
    try {
      const { digest, bytes } = await sendState(taker, places, beside(), stepMs)
      const answer = messageIn(await taker.receive(openMs))
      if (answer.kind !== 'took' || answer.digest !== digest) throw new Error('did not take what was sent')
      log.info('what the services kept is handed over', { bytes, sha256: digest })
    } catch (thrown) {
      taker.end()
      this.#busy = false
      log.error('who was to take over fell; what the services kept waits for another', {
        because: reasonOf(thrown),
        seconds: keepMs / 1_000,
      })
      return false
    }
    // Closed first, since that frees the name of the socket for the one that has taken over.
    this.#server.close()
    await taker.send(messageRecord({ kind: 'gone' }), stepMs).catch(() => {})
    return true
  }
}

function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
