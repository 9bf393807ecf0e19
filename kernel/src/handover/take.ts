/**
 * The next node's side of a hand-over: it asks whoever listens at the socket, gets the keys at once, and what
 * services keep when the other has stopped serving. When nobody listens, it is the first.
 */

import { connect, type Socket } from 'node:net'
import { placeSize } from '../arena/carried.ts'
import { ShapeError } from '../kms/kept.ts'
import type { KeptKey } from '../kms/kms.ts'
import type { Clock } from '../ports/clock.ts'
import { Channel } from './channel.ts'
import { messageIn, messageRecord, stateFormat, type Message } from './messages.ts'
import { SealError } from './sealed.ts'
import { receiveState, type Beside, type Places } from './transfer.ts'

/** How long one step may take. */
const stepMs = 10_000

/** What another node is about to hand over. */
export interface Inheritance {
  readonly keys: readonly KeptKey[]
  /**
   * Tells the other to stop serving, and puts what it kept into the places; `drainMs` is how long that may take it.
   * `goOn` is called with the rest, and the other is told that it may end once it has resolved. Rejects with a sentence
   * when any of that fails; then nothing counts, and the other keeps it for whoever asks next. Resolves with how many
   * bytes were in the places.
   */
  receive(drainMs: number, goOn: (beside: Beside) => Promise<void>): Promise<number>
}

export interface TakeParts {
  readonly path: string
  /** 32 bytes that both nodes have. */
  readonly key: Uint8Array
  readonly places: Places
  readonly clock: Clock
}

/** Null when nobody listens there. Rejects with a sentence when somebody does and it cannot be done. */
export async function askToTake({ path, key, places, clock }: TakeParts): Promise<Inheritance | null> {
  const socket = await connected(path)
  if (socket === null) return null
  const told = <Result>(work: Promise<Result>) =>
    work.catch((thrown: unknown) => Promise.reject(sentence(path, thrown)))
  const channel = await told(Channel.open(socket, key, true, clock, stepMs))
  const receive = async (withinMs: number): Promise<Message> => messageIn(await channel.receive(withinMs))
  const send = (message: Message) => channel.send(messageRecord(message), stepMs)
  const asked = async () => {
    const sizes = [...places].map(([name, place]) => [name, placeSize(place)] as const)
    await send({ kind: 'take', format: stateFormat, places: Object.fromEntries(sizes) })
    const answer = await receive(stepMs)
    if (answer.kind === 'refused') throw new SealError(`refuses: ${answer.because}`)
    if (answer.kind !== 'keys') throw new SealError(`answers with ${answer.kind}`)
    return answer.keys
  }
  const taken = async (drainMs: number, goOn: (beside: Beside) => Promise<void>) => {
    await send({ kind: 'drain' })
    const { bytes, digest, ...beside } = await receiveState(channel, places, drainMs, stepMs)
    await goOn(beside)
    await send({ kind: 'took', digest })
    // It has counted since that was sent; that the other is gone is only about the name of the socket.
    await receive(stepMs).catch(() => null)
    channel.end()
    return bytes
  }
  const keys = await told(asked())
  return { keys, receive: (drainMs, goOn) => told(taken(drainMs, goOn)) }
}

function connected(path: string): Promise<Socket | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', (cause) => {
      const code: unknown = Reflect.get(cause, 'code')
      if (code === 'ENOENT' || code === 'ECONNREFUSED') resolve(null)
      else reject(new Error(`node.hand_over_socket: ${path} cannot be reached (${String(code)})`, { cause }))
    })
  })
}

function sentence(path: string, cause: unknown): Error {
  const because = cause instanceof Error ? cause.message : String(cause)
  const who = cause instanceof SealError || cause instanceof ShapeError ? `the node at ${path} ` : ''
  return new Error(`nothing was handed over: ${who}${because}`, { cause })
}
