/** What a message takes as there are more of them: fills a mailbox, and takes and gives back a part. */

import { percentile } from '../spread.ts'
import { took } from '../took.ts'
import { ackPacked, lettersOf, recvPacked, sendPacked } from './in-process.ts'
import { openMailbox, settingsFor } from './mailbox.ts'

export interface Growth {
  readonly messages: number
  readonly payloadBytes: number
  /** Of a message, in microseconds, at the end of the filling and with all of them there. */
  readonly sendMicros: number
  readonly recvMicros: number
  readonly ackMicros: number
  /** Resident memory a message, payload aside: in the thread, and in the journal. */
  readonly threadBytes: number
  readonly journalBytes: number
  /** The longest call of all, and the 99.9th percentile. */
  readonly longestMs: number
  readonly p999Ms: number
}

const batch = 256
/** Batches at the end of the filling that are timed, and then taken and acknowledged. */
const timedBatches = 64

/** To be asked in a process that holds nothing else. */
export async function grow(messages: number, payloadBytes: number): Promise<Growth> {
  const box = await openMailbox(settingsFor(messages + batch, payloadBytes + 64))
  const before = resident()
  const calls: number[] = []
  const timed = async (run: () => Promise<unknown>) => {
    const ms = await took(run)
    calls.push(ms)
    return ms
  }
  const sends: number[] = []
  for (let n = 0; n < messages; n += batch) {
    const body = lettersOf(n, Math.min(batch, messages - n), payloadBytes)
    sends.push(await timed(() => sendPacked(box, body)))
  }
  const perMessage = (resident() - before - box.journal.bytes) / messages
  let [recvMs, ackMs, taken] = [0, 0, 0]
  for (let n = 0; n < Math.min(timedBatches, Math.floor(messages / batch)); n++) {
    let received = { count: 0, lease: '', ids: new Uint8Array(0) }
    recvMs += await timed(async () => (received = await recvPacked(box, batch)))
    ackMs += await timed(() => ackPacked(box, received.lease, received.ids))
    taken += received.count
  }
  const last = sends.slice(-timedBatches)
  return {
    messages,
    payloadBytes,
    sendMicros: (1000 * percentile(last, 50)) / batch,
    recvMicros: (1000 * recvMs) / taken,
    ackMicros: (1000 * ackMs) / taken,
    threadBytes: perMessage - payloadBytes,
    journalBytes: box.journal.bytes / messages - payloadBytes,
    longestMs: percentile(calls, 100),
    p999Ms: percentile(calls, 99.9),
  }
}

function resident(): number {
  globalThis.gc?.()
  return process.memoryUsage.rss()
}
