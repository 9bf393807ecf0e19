/** The audit service in this thread, over a journal in shared memory: how many acts a second it writes down. */

import { newJournalMemory } from '@ron/kernel/arena/journal-segment'
import start from '@ron/services/audit/service'
import { actsOf } from '@ron/services/audit/acts.fixture'
import { call, inThread } from '../in-thread.ts'
import { ownedJournal } from '../messages.ts'

/** As many as the kernel sends at once. */
const batch = 256
/** A record and what the journal adds, generously. */
const recordBytes = 768

/** Acts a second, of each of so many rounds of so many acts in one log, which grows from one to the next. */
export async function actsPerSecond(rounds: number, acts: number): Promise<readonly number[]> {
  const journalBytesMax = 2 ** 20 + rounds * acts * recordBytes
  const journal = ownedJournal(newJournalMemory(journalBytesMax))
  const { handle, stop } = await start({ ...inThread, config: { journalBytesMax }, peers: {}, journal })
  const rates: number[] = []
  let number = 0
  for (let round = 0; round < rounds; round++) {
    const from = performance.now()
    for (let left = acts; left > 0; left -= batch) {
      const some = actsOf(number, Math.min(batch, left))
      await handle.append({ number, acts: some }, call)
      number += some.length
    }
    rates.push((acts * 1_000) / (performance.now() - from))
  }
  const { size } = await handle.head({ from: 0 }, call)
  await stop()
  if (size !== number) throw new Error(`${size} of ${number} acts are in the log`)
  return rates
}
