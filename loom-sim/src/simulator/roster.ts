/**
 * The services of the simulated node: a ledger that keeps ids beyond its threads, and a desk that writes into it
 * for others. They take their time at every step, so that a crash finds them anywhere.
 */

import { Type } from 'typebox'
import type { PlainCall } from '@ron/kernel/call/taken'
import { contract, operation, type Contract } from '@ron/kernel/contract/contract'
import type { Fields } from '@ron/kernel/ports/port'
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
  state: { journal: 'journalBytesMax', blobs: null, stamps: false },
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
  operations: {
    place: operation({ ...plain, summary: 'Has an id kept.', timeoutMs: 600 }),
    follow: operation({
      ...plain,
      summary: 'Passes on what the ledger counts.',
      request: nothing,
      events: Type.Object({ n: Type.Integer() }),
    }),
  },
})

export const contracts: readonly Contract[] = [ledger, desk]

export const config = { ledger: { journalBytesMax: 16 * 1024 }, desk: {} }
/** So many that a history has some, and so few that most of what it keeps was only appended. */
const putsPerCompaction = 10

export const services = { ledger: startLedger, desk: startDesk } satisfies Record<string, StartService>

/** In another order, so that whoever goes on where it was in the old half has not read all. */
function snapshotOf(ids: ReadonlySet<number>): Uint8Array[] {
  return [...ids].toReversed().map(recordOf)
}

async function startLedger({ journal, pause }: Footing) {
  if (journal === null) throw new Error('the ledger was lent no journal')
  const { projection: ids } = await journal.replay(() => {
    const projection = new Set<number>()
    return {
      projection,
      apply: (record) => void projection.add(idOf(record)),
      snapshot: () => snapshotOf(projection),
    }
  })
  let isAside = false
  await pause()
  return {
    async put({ id }: Readonly<Record<string, unknown>>) {
      await pause()
      journal.append(recordOf(Number(id)), 0)
      ids.add(Number(id))
      if (ids.size % putsPerCompaction === 0) isAside = !isAside
      if (isAside) journal.compactAside()
      else if (ids.size % putsPerCompaction === 0) journal.compact(snapshotOf(ids))
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
    async watch(_: unknown, call: PlainCall) {
      for (let n = 0; ; n++) {
        await emitted(call, { n })
        await pause()
      }
    },
  }
}

async function startDesk({ peers, pause }: Footing) {
  const ledger = peers.get('ledger')
  if (ledger === undefined) throw new Error('the desk was given no line to the ledger')
  await pause()
  return {
    async place({ id }: Readonly<Record<string, unknown>>, { caller, signal }: PlainCall) {
      await pause()
      await ledger.call('put', { id: Number(id) }, null, { caller, signal })
      await pause()
      return {}
    },
    async follow(_: unknown, call: PlainCall) {
      const { caller, signal } = call
      const onEvent = (event: Fields) => emitted(call, event)
      await ledger.call('watch', {}, null, { caller, signal, onEvent })
      return {}
    },
  }
}

/** Rejects when the caller has left. */
async function emitted(call: PlainCall, event: Fields): Promise<void> {
  while (!call.emit(event)) await call.room()
}

function recordOf(id: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(id).buffer)
}

function idOf(record: Uint8Array): number {
  return new DataView(record.buffer, record.byteOffset).getUint32(0, true)
}
