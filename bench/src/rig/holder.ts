/**
 * Connections that are there and ask for nothing, as a process of its own: told how many, it opens them and opens another
 * for each that is closed on it, says how many are open and were closed whenever it is asked, and ends with its parent.
 */

import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export interface Holding {
  readonly host: string
  readonly port: number
  readonly connections: number
  /** What each says when it is open. */
  readonly first: Uint8Array
  /** Each says this again and again, so that it never falls silent; null for those that do. */
  readonly again: { readonly bytes: Uint8Array; readonly everyMs: number } | null
}

/** What it says when it is asked. */
export interface State {
  readonly open: number
  /** Closed on it since the start. */
  readonly lost: number
}

/** Opened in one go: fewer than wait in the queue of any listener. */
const atOnce = 200
const pauseMs = 20
const reopenMs = 100

const open = new Set<Socket>()
let lost = 0

const tell = () => process.send?.({ open: open.size, lost } satisfies State)

process.once('message', (holding: Holding) => {
  void hold(holding).then(tell)
  process.on('message', tell)
})
process.once('disconnect', () => process.exit(0))

async function hold({ host, port, connections, first, again }: Holding): Promise<void> {
  const opened: Promise<void>[] = []
  for (let at = 0; at < connections; at++) {
    opened.push(openOne(host, port, first))
    if (at % atOnce === atOnce - 1) await pause(pauseMs)
  }
  await Promise.all(opened)
  if (again === null) return
  // Spread over the time between two, so that they do not come all at once.
  const steps = Math.max(1, Math.floor(again.everyMs / pauseMs))
  let step = 0
  setInterval(() => {
    step = (step + 1) % steps
    const sockets = [...open]
    for (let at = step; at < sockets.length; at += steps) sockets[at]?.write(again.bytes)
  }, again.everyMs / steps)
}

/** Resolves when it is open, or is not going to be. */
function openOne(host: string, port: number, first: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => {
      open.add(socket)
      socket.write(first)
      resolve()
    })
    socket.on('error', () => resolve())
    socket.on('close', () => {
      // One that never opened is missed in the count.
      if (!open.delete(socket)) return
      lost++
      setTimeout(() => void openOne(host, port, first), reopenMs)
    })
    socket.resume()
  })
}
