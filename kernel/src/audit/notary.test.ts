import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '../contract/refusals.ts'
import { parseCheckpoint } from '../tlog/checkpoint.ts'
import { leafHash } from '../tlog/hash.ts'
import { keyFromSeed, noteSigner, openNote } from '../tlog/note.ts'
import { Tree } from '../tlog/tree.ts'
import { Notary } from './notary.ts'

const signer = noteSigner('example.com/log', keyFromSeed(new Uint8Array(32).fill(7)))

function treeOf(...entries: string[]): Tree {
  const tree = new Tree()
  for (const entry of entries) tree.append(leafHash(Buffer.from(entry)))
  return tree
}

/** The notary of whatever log `current` holds, with the sizes it asked from. */
function notaryOf(first: Tree) {
  const log = { current: first }
  const asked: number[] = []
  const notary = new Notary(
    () => [signer],
    'example.com/log/1',
    async (from) => {
      asked.push(from)
      const { current } = log
      const proof = current.size < from ? [] : current.consistency(from, current.size)
      return { size: current.size, root: current.root(), proof }
    },
  )
  return { log, asked, notary }
}

const broken = (thrown: unknown) => thrown instanceof Refusal && thrown.code === 'IntegrityFail'

test('a checkpoint names the log, its size and its root, and is signed with its key', async () => {
  const tree = treeOf('a', 'b', 'c')
  const { notary } = notaryOf(tree)
  const text = openNote(await notary.checkpoint(), [signer.key])
  const { origin, size, root } = parseCheckpoint(text)
  assert.deepEqual([origin, size, Buffer.from(root)], ['example.com/log/1', 3, Buffer.from(tree.root())])
  assert.deepEqual(notary.signed, {
    origin: 'example.com/log/1',
    size: 3,
    root: Uint8Array.from(tree.root()),
  })
})

test('a log that grows is signed again, by proof from what was signed before', async () => {
  const { log, asked, notary } = notaryOf(treeOf())
  await notary.checkpoint()
  log.current = treeOf('a', 'b')
  await notary.checkpoint()
  log.current = treeOf('a', 'b', 'c', 'd', 'e')
  await notary.checkpoint()
  await notary.checkpoint()
  assert.deepEqual(asked, [0, 0, 2, 5])
})

test('a log that lost or rewrote what it had gets no signature', async () => {
  for (const rewritten of [treeOf('a'), treeOf('a', 'x'), treeOf('a', 'x', 'c'), treeOf()]) {
    const { log, notary } = notaryOf(treeOf('a', 'b'))
    await notary.checkpoint()
    log.current = rewritten
    await assert.rejects(notary.checkpoint(), broken)
    log.current = treeOf('a', 'b', 'c')
    assert.match(await notary.checkpoint(), /^example.com\/log\/1\n3\n/)
  }
})

test('who asks at once gets one checkpoint, and a failure is not kept', async () => {
  const { asked, notary } = notaryOf(treeOf('a'))
  const [one, other] = await Promise.all([notary.checkpoint(), notary.checkpoint()])
  assert.equal(one, other)
  assert.equal(asked.length, 1)
  let fails = true
  const shaky = new Notary(
    () => [signer],
    'example.com/log/2',
    async () => {
      if (fails) throw new Refusal('Unavailable', 'away')
      return { size: 0, root: treeOf().root(), proof: [] }
    },
  )
  await assert.rejects(shaky.checkpoint(), Refusal)
  fails = false
  assert.match(await shaky.checkpoint(), /^example.com\/log\/2\n0\n/)
})

test('a line behind the root is signed together with the head that was signed, and only with that', async () => {
  const { log, notary } = notaryOf(treeOf('a', 'b'))
  const head = await notary.head()
  log.current = treeOf('a', 'b', 'c')
  await notary.checkpoint()
  const text = openNote(head.extended('more 1'), [signer.key])
  assert.deepEqual(text.split('\n').slice(3), ['more 1', ''])
  const { size, root } = parseCheckpoint(text)
  assert.deepEqual([head.size, size, Buffer.from(root)], [2, 2, Buffer.from(treeOf('a', 'b').root())])
  log.current = treeOf('x', 'b', 'c', 'd')
  await assert.rejects(notary.head(), broken)
})
