import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { chained, firstLink } from '@ron/kernel/tlog/chain'
import { checkpointText } from '@ron/kernel/tlog/checkpoint'
import { bundleOf } from '@ron/kernel/tlog/entries'
import { eventRootEntries, eventRootLine } from '@ron/kernel/tlog/event-root'
import { hashText, leafHash } from '@ron/kernel/tlog/hash'
import { noteSigner, verifierKey } from '@ron/kernel/tlog/note'
import { parseResource, tileWidth } from '@ron/kernel/tlog/tile'
import { Tree } from '@ron/kernel/tlog/tree'
import { eventRoot } from '@ron/services/event-tree'
import { verifyOutcome } from './audit.ts'

const origin = 'localhost/audit'
const signer = noteSigner(origin, generateKeyPairSync('ed25519').privateKey)

/** Five records into the second tree. */
const size = eventRootEntries + 5
const [tree, entries] = [new Tree(), new Array<Uint8Array>()]
let before = firstLink
for (let seq = 0; seq < size; seq++) {
  const entry = chained(seq, before, { what: `act ${seq}` })
  before = leafHash(entry)
  entries.push(entry)
  tree.append(before)
}
const textAt = (at: number) => checkpointText({ origin, size: at, root: tree.root(at) })
const file = async (path: string) => {
  if (path === '/checkpoint') return Buffer.from(signer.sign(textAt(size)))
  const resource = parseResource(path.slice(1)) ?? assert.fail(path)
  if (resource.kind === 'tile') return tree.tile(resource.tile)
  const from = resource.index * tileWidth
  return bundleOf(entries.slice(from, from + resource.width))
}

/** What a node says of the tree from record `first` on when the log had `at` records. */
function statementOf(first: number, at: number): { readonly text: string; readonly root: string } {
  const hashes = entries.slice(first, Math.min(at, first + eventRootEntries)).map(leafHash)
  const root = eventRoot(hashes).toString(16).padStart(64, '0')
  return { text: `${textAt(at)}${eventRootLine({ first, root })}\n`, root }
}
const verified = (note: string) =>
  verifyOutcome({ key: verifierKey(signer.key), file }, { since: null, statement: 'st' }, async () =>
    Buffer.from(note),
  )

test('the root that a statement signs is computed again from the records, in the first tree and in the next', async () => {
  for (const [first, at] of [
    [0, 1],
    [0, 9],
    [eventRootEntries, eventRootEntries + 1],
    [eventRootEntries, size],
  ] as const) {
    const { text, root } = statementOf(first, at)
    const outcome = await verified(signer.sign(text))
    assert.equal(outcome.exitCode, 0, outcome.text)
    assert.match(outcome.text, new RegExp(`have the root ${root} of Poseidon`))
  }
})

test('a root that is signed and is not that of the records is found, in whatever way it is another', async () => {
  const { text, root } = statementOf(0, 9)
  const other = statementOf(0, 8).root
  const next = statementOf(eventRootEntries, size)
  for (const [changed, says] of [
    [
      text.replace(root, other),
      /signs [0-9a-f]{64} as the root .* over records 0 to 8, but theirs is [0-9a-f]{64}/,
    ],
    [next.text.replace(next.root, root), /over records 16384 to 16388, but theirs is/],
    [text.replace(`0 ${root}`, `1 ${root}`), /trees begin at every 16384th of its 9/],
    [text.replace(`0 ${root}`, `${eventRootEntries} ${root}`), /trees begin at every 16384th of its 9/],
    [textAt(9), /is no root of poseidon/],
    // Of another history, with a root of Poseidon that is right for this one.
    [
      text.replace(hashText(tree.root(9)), hashText(tree.root(8))),
      /does not continue what was signed at 9 records/,
    ],
    [text.replace('\n9\n', '\n10\n'), /does not continue what was signed at 10 records/],
    [text.replace('\n9\n', '\n99999\n'), /does not continue what was signed at 99999 records/],
  ] as const) {
    const outcome = await verified(signer.sign(changed))
    assert.equal(outcome.exitCode, 1, changed)
    assert.match(outcome.text, says)
  }
})

test('a statement that nobody signed, or somebody else, says nothing', async () => {
  const { text } = statementOf(0, 1)
  const stranger = noteSigner(origin, generateKeyPairSync('ed25519').privateKey)
  for (const note of [stranger.sign(text), text]) {
    const outcome = await verified(note)
    assert.equal(outcome.exitCode, 1)
    assert.match(outcome.text, /signed/)
  }
})
