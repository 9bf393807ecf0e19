/** The pieces of the hot path by themselves. What they need is made once, before they are timed. */

import type { ArenaJournal } from '@ron/kernel/arena/arena-journal'
import { newJournalMemory } from '@ron/kernel/arena/journal-segment'
import { publicOperations } from '@ron/transport/gateway/public-operations'
import { createRouter } from '@ron/transport/http/router'
import { mint, verify } from '@ron/transport/macaroon/chain'
import { decodeToken, encodeToken } from '@ron/transport/macaroon/codec'
import { rootSet } from '@ron/transport/macaroon/roots'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { encodeFrame, flag, noTenant } from '@ron/transport/oap/frame'
import { encodeMessage } from '@ron/transport/oap/message'
import { FrameParser } from '@ron/transport/oap/parser'
import { addressOf } from '@ron/services/storage/address'
import * as roster from '@ron/services/roster'
import { journalOfMessages, ownedJournal, rebuildMailbox } from './messages.ts'
import { fixed } from './payload.ts'

const recordsReplayed = 100_000

/** As the next thread would find it: replayed. */
async function openJournal(memory: SharedArrayBuffer): Promise<ArenaJournal> {
  const journal = ownedJournal(memory)
  await journal.replay(() => ({ projection: null, apply() {} }))
  return journal
}

export interface Piece {
  readonly name: string
  run(): void | Promise<void>
}

export async function pieces(): Promise<readonly Piece[]> {
  const router = createRouter(
    publicOperations(Object.values(roster)).map(({ route }) => ({ route, target: route })),
  )
  const key = new Uint8Array(32).fill(7)
  const token = encodeToken(mint(nodeHmac, { key, identifier: 'v1:boot:bench', location: null }))
  const roots = rootSet(nodeHmac, [{ kind: 'key', kid: 'boot', key }])
  const payload = encodeMessage({ fields: { name: 'a/b' }, body: fixed('1k') })
  const head = { code: 2, appProtoId: 0x0101, tenant: noTenant, corrId: 1n, cap: new Uint8Array(0) }
  const frame = encodeFrame({ ...head, flags: flag.REQ, payload })
  const [small, large] = [fixed('1k'), fixed('64k')]
  const record = small.subarray(0, 100)
  const opened = await openJournal(newJournalMemory(2 ** 22))
  const written = newJournalMemory(2 ** 24)
  const writer = await openJournal(written)
  for (let n = 0; n < recordsReplayed; n++) writer.append(record, 0)
  const messages = await journalOfMessages(recordsReplayed)

  return [
    { name: 'route: GET /objects/a/b/c', run: () => void router.match('GET', '/objects/a/b/c') },
    { name: 'macaroon: decode and verify', run: () => void verify(nodeHmac, decodeToken(token), roots) },
    { name: 'OAP: encode a 1 KiB frame', run: () => void encodeFrame({ ...head, flags: flag.REQ, payload }) },
    { name: 'OAP: parse a 1 KiB frame', run: () => void new FrameParser().push(frame) },
    {
      name: 'journal: append 100 bytes',
      run() {
        if (opened.bytes > opened.bytesMax - 1_000) opened.compact([])
        opened.append(record, 0)
      },
    },
    {
      name: `journal: replay ${recordsReplayed} of them`,
      run: async () => void (await openJournal(written)),
    },
    {
      name: `mailbox: rebuild ${recordsReplayed} messages`,
      run: async () => void (await rebuildMailbox(messages)),
    },
    { name: 'BLAKE3: 1 KiB', run: () => void addressOf(small) },
    { name: 'BLAKE3: 64 KiB', run: () => void addressOf(large) },
  ]
}
