/** A mailbox's journal full of messages, and a mailbox rebuilt from it: what a restarted thread does first. */

import { ArenaJournal } from '@ron/kernel/arena/arena-journal'
import { lendJournal, newJournalMemory } from '@ron/kernel/arena/journal-segment'
import { encodeLetter } from '@ron/kernel/contract/packed/letter'
import type { Log } from '@ron/kernel/ports/log'
import { nextTurn } from '@ron/kernel/system/turn'
import { openState, type State } from '@ron/services/mailbox/journal/state'
import { fixed } from './payload.ts'

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
const limits = {
  bytesMax: 2 ** 30,
  topicsMax: 64,
  inflightMax: 1,
  dedupeMax: 2 ** 20,
  ackedMax: 1,
  feedBytesMax: 0,
  timelineMax: 0,
}

/** The memory of a journal that holds `count` messages of 100 bytes in 16 topics. */
export async function journalOfMessages(count: number): Promise<SharedArrayBuffer> {
  const memory = newJournalMemory(2 ** 27)
  const { commitQueue } = await rebuildMailbox(memory)
  for (let n = 0; n < count; n++) {
    commitQueue({
      kind: 'sent',
      tenant: '0'.repeat(32),
      topic: `orders/${n % 16}`,
      sentAtMs: n,
      expiresAtMs: n,
      recentUntilMs: n,
      ids: Uint32Array.of(0, 0, 0, n),
      keys: Uint32Array.of(n, 0, 0, 0),
      letters: [encodeLetter({ idem_key: `key-${n}`, attrs: {}, payload: fixed('1k').subarray(0, 100) })],
    })
  }
  return memory
}

export function rebuildMailbox(memory: SharedArrayBuffer): Promise<State> {
  return openState(limits, ownedJournal(memory), silent)
}

/** The journal as a thread has it that followed nobody and owns it at once. */
export function ownedJournal(memory: SharedArrayBuffer): ArenaJournal {
  const owner = Promise.resolve(lendJournal(memory))
  return new ArenaJournal({ memory, setting: 'bench' }, { owner, pause: nextTurn, beat() {} })
}
