/**
 * The services of the simulated node: a ledger that keeps ids beyond its threads, and a desk that writes into it
 * for others. They take their time at every step, so that a crash finds them anywhere.
 */

import { Type } from 'typebox'
import { contract, operation, type Contract } from '@ron/kernel/contract/contract'
import type { Caller } from '@ron/kernel/contract/contract'
import type { Footing, StartService } from './thread.ts'

const nothing = Type.Object({})
const one = Type.Object({ id: Type.Integer() })
const plain = {
  request: one,
  requestBody: 'none',
  response: nothing,
  responseBody: 'none',
  refusals: [],
  events: null,
  timeoutMs: 400,
  door: null,
} as const

const ledger = contract({
  name: 'ledger',
  summary: 'Keeps ids, and has those it acknowledged after every crash.',
  need: 'required',
  inbox: { capacity: 4, concurrency: 3 },
  config: Type.Object({ journalBytesMax: Type.Integer() }),
  state: { journal: 'journalBytesMax', blobs: null },
  uses: {},
  oap: 1,
  operations: {
    put: operation({ ...plain, summary: 'Keeps an id.' }),
    has: operation({
      ...plain,
      summary: 'Whether it has an id.',
      response: Type.Object({ known: Type.Boolean() }),
    }),
    all: operation({
      ...plain,
      summary: 'All ids.',
      request: nothing,
      response: Type.Object({ ids: Type.Array(Type.Integer()) }),
    }),
    watch: operation({
      ...plain,
      summary: 'Counts from 0 until the watcher leaves.',
      request: nothing,
      events: Type.Object({ n: Type.Integer() }),
    }),
  },
})

const desk = contract({
  name: 'desk',
  summary: 'Puts ids into the ledger for others.',
  need: 'optional',
  inbox: { capacity: 3, concurrency: 2 },
  config: Type.Object({}),
  state: null,
  uses: { ledger },
  oap: 2,
  operations: { place: operation({ ...plain, summary: 'Has an id kept.', timeoutMs: 600 }) },
})

export const contracts: readonly Contract[] = [ledger, desk]

/** A journal that is full of what is no longer needed within a run, so that it is compacted in every one. */
export const config = { ledger: { journalBytesMax: 16 * 1024 }, desk: {} }
const compactAtBytes = 2 * 1024

export const services: Readonly<Record<string, StartService>> = { ledger: startLedger, desk: startDesk }

async function startLedger({ journal, pause }: Footing) {
  if (journal === null) throw new Error('the ledger was lent no journal')
  const ids = new Set<number>()
  journal.replay((record) => ids.add(idOf(record)))
  await pause()
  return {
    async put({ id }: Readonly<Record<string, unknown>>) {
      await pause()
      journal.append(recordOf(Number(id)), 0)
      ids.add(Number(id))
      if (journal.bytes > compactAtBytes + ids.size * 16) journal.compact([...ids].map(recordOf))
      await pause()
      await journal.settled()
      return {}
    },
    async has({ id }: Readonly<Record<string, unknown>>) {
      await pause()
      return { known: ids.has(Number(id)) }
    },
    async all() {
      await pause()
      return { ids: [...ids] }
    },
    async watch(_: unknown, call: WatchCall) {
      for (let n = 0; ;) {
        if (call.emit({ n })) n++
        else await call.room()
        await pause()
      }
    },
  }
}

interface WatchCall {
  readonly emit: (event: { readonly n: number }) => boolean
  readonly room: () => Promise<void>
}

async function startDesk({ peers, pause }: Footing) {
  await pause()
  return {
    async place({ id }: Readonly<Record<string, unknown>>, { caller, signal }: DeskCall) {
      await pause()
      await peers.get('ledger')?.call('put', { id: Number(id) }, null, { caller, signal })
      await pause()
      return {}
    },
  }
}

interface DeskCall {
  readonly caller: Caller
  readonly signal: AbortSignal
}

function recordOf(id: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(id).buffer)
}

function idOf(record: Uint8Array): number {
  return new DataView(record.buffer, record.byteOffset).getUint32(0, true)
}
