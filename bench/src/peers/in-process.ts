/** A registry in this thread: what it takes to find a name there, without a wire and without a port. */

import { newJournalMemory } from '@ron/kernel/arena/journal-segment'
import start from '@ron/services/registry/service'
import { call, inThread } from '../in-thread.ts'
import { ownedJournal } from '../messages.ts'
import { took } from '../took.ts'
import { registered } from './registered.ts'

const journalBytesMax = 2 ** 26

/** Milliseconds of each of so many lookups among so many entries, by spellings that are not the normal one. */
export async function lookupTimes(entries: number, lookups: number): Promise<readonly number[]> {
  const { clock } = inThread
  const config = {
    entriesMax: entries,
    bytesMax: 2 ** 24,
    descriptorBytesMax: 2 ** 14,
    ttlMaxMs: 86_400_000,
    journalBytesMax,
  }
  const journal = ownedJournal(newJournalMemory(journalBytesMax))
  const { handle, stop } = await start({ ...inThread, config, peers: {}, journal })
  for (let nth = 0; nth < entries; nth++)
    await handle.register(registered(`n${nth}.example`, clock.now()), call)
  const times: number[] = []
  for (let nth = 0; nth < lookups; nth++) {
    const name = `N${(nth * 7_919) % entries}.Example.`
    times.push(await took(async () => handle.resolve({ name }, call)))
  }
  await stop()
  return times
}
