/** A mailbox in this thread over a journal in shared memory. */

import { newJournalMemory } from '@ron/kernel/arena/journal-segment'
import type { Client, ConfigOf } from '@ron/kernel/contract/contract'
import type { mailbox } from '@ron/services/mailbox/contract'
import start from '@ron/services/mailbox/service'
import type { storage } from '@ron/services/storage/contract'
import { inThread } from '../in-thread.ts'
import { ownedJournal } from '../messages.ts'

type Config = ConfigOf<typeof mailbox>
export type Mailbox = Awaited<ReturnType<typeof openMailbox>>

const hour = 3_600_000

/** Room for so many messages with letters of so many bytes, all of them leased or remembered if need be. */
export function settingsFor(messages: number, letterBytes: number): Partial<Config> {
  const bytesMax = Math.max(2 ** 24, messages * (256 + letterBytes))
  return {
    bytesMax,
    depthMax: messages,
    inflightMax: messages,
    dedupeMax: messages,
    journalBytesMax: Math.min(8 * 2 ** 30, Math.ceil((4 / 3) * (bytesMax + messages * 64)) + 2 ** 24),
  }
}

export async function openMailbox(settings: Partial<Config>) {
  const config: Config = { ...usual, ...settings }
  const journal = ownedJournal(newJournalMemory(config.journalBytesMax))
  const stat: Client<typeof storage>['stat'] = async () => ({ known: false, bytes: 0 })
  const peers = { storage: { stat } as Client<typeof storage> }
  const { handle, stop } = await start({ ...inThread, journal, config, peers })
  return { handle, stop, journal }
}

const usual: Config = {
  bytesMax: 2 ** 28,
  topicsMax: 4096,
  tenantTopicsMax: 0,
  depthMax: 2 ** 20,
  inflightMax: 2 ** 20,
  visibilityMs: hour,
  attemptsMax: 5,
  backoffBaseMs: 200,
  backoffMaxMs: 60_000,
  retentionMs: 168 * hour,
  deadRetentionMs: 336 * hour,
  dedupeMs: 1000,
  dedupeMax: 2 ** 20,
  ackedMax: 65_536,
  waitersMax: 1024,
  subscribersMax: 1024,
  feedBytesMax: 2 ** 20,
  timelineMax: 1000,
  followsMax: 1000,
  pullThreshold: 1000,
  journalBytesMax: 2 ** 29,
}
