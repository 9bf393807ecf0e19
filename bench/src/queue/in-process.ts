/** The queues in one thread: what each operation takes, many messages at a time, and one. */

import { encodeLetter } from '@ron/kernel/contract/packed/letter'
import { joinRows, rowHeadBytes } from '@ron/kernel/contract/packed/rows'
import { ulidBytes } from '@ron/kernel/contract/packed/ulid'
import { call } from '../in-thread.ts'
import { percentile } from '../spread.ts'
import { took } from '../took.ts'
import { openMailbox, settingsFor, type Mailbox } from './mailbox.ts'

export interface Timed {
  readonly what: 'send' | 'recv' | 'ack'
  readonly batch: number
  readonly perSecond: number
  /** Of one call. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly longestMs: number
}

/** More than are sent while a send is remembered, however few go through at a time. */
const dedupeMin = 2 ** 20

/** `count` messages go through, `batch` a call, several times; the first rounds warm up. */
export async function throughMailbox(count: number, batch: number, payloadBytes: number): Promise<Timed[]> {
  const settings = settingsFor(2 * count, payloadBytes + 64)
  const box = await openMailbox({ ...settings, dedupeMax: Math.max(dedupeMin, 2 * count) })
  const rounds = 4
  const warmUp = 1
  const taken = { send: [] as number[], recv: [] as number[], ack: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    if (round === warmUp) for (const samples of Object.values(taken)) samples.length = 0
    for (let n = 0; n < count; n += batch) {
      const body = lettersOf(round * count + n, batch, payloadBytes)
      taken.send.push(await took(() => sendPacked(box, body)))
    }
    for (let left = count; left > 0;) {
      let received = { count: 0, lease: '', ids: new Uint8Array(0) }
      taken.recv.push(await took(async () => (received = await recvPacked(box, batch))))
      left -= received.count
      taken.ack.push(await took(() => ackPacked(box, received.lease, received.ids)))
    }
  }
  await box.stop()
  return (['send', 'recv', 'ack'] as const).map((what) => {
    const samples = taken[what]
    const totalMs = samples.reduce((sum, each) => sum + each, 0)
    return {
      what,
      batch,
      perSecond: (count * (rounds - warmUp) * 1000) / totalMs,
      p50Ms: percentile(samples, 50),
      p99Ms: percentile(samples, 99),
      longestMs: percentile(samples, 100),
    }
  })
}

/** Letters with keys from `first` on, and a payload that differs from one to the next. */
export function lettersOf(first: number, batch: number, payloadBytes: number): Uint8Array<ArrayBuffer> {
  return joinRows(
    Array.from({ length: batch }, (_, n) => {
      const payload = new Uint8Array(payloadBytes).fill(first + n)
      return encodeLetter({ idem_key: String(first + n).padStart(12, '0'), attrs: {}, payload })
    }),
  )
}

export async function sendPacked({ handle }: Mailbox, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const { refused_detail } = await handle.sendPacked({ topic: 'q', body }, call)
  if (refused_detail !== undefined) throw new Error(refused_detail)
}

export async function recvPacked({ handle }: Mailbox, batch: number) {
  const { count, lease, body } = await handle.recvPacked(
    { topic: 'q', max_messages: batch, max_bytes: 2 ** 20 },
    call,
  )
  const ids = new Uint8Array(count * ulidBytes)
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  for (let at = 0, n = 0; n < count; n++) {
    ids.set(body.subarray(at + rowHeadBytes, at + rowHeadBytes + ulidBytes), n * ulidBytes)
    at += rowHeadBytes + view.getUint32(at)
  }
  return { count, lease: lease ?? '', ids }
}

export async function ackPacked(
  { handle }: Mailbox,
  lease: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const { done } = await handle.ackPacked({ lease, body }, call)
  if (done * ulidBytes !== body.length) throw new Error(`${done} of ${body.length / ulidBytes} acknowledged`)
}
