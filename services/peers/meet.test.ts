import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import { meetingText, type Meeting } from '@ron/kernel/identity/meeting'
import { TestNode } from '@ron/kernel/identity/test-node.fixture'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { systemRandom } from '@ron/kernel/system/random'
import { call, refusal } from '../testing.ts'
import { greeted, proved, type AnsweringParts } from './answering.ts'
import { Desk, type DeskEvent } from './desk.ts'
import { copied, type Directory, type Signed } from './directory.ts'
import { meet } from './meet.ts'
import { Meetings } from './meetings.ts'
import type { Greeted, Stranger } from './remote.ts'

const clock = new ManualClock(1_000_000)
const [a, b, c] = [new TestNode('a'), new TestNode('b'), new TestNode('c')]
const linkTo = (node: TestNode) => ({ peer: 'peer', url: 'http://there', node: node.node, tokenPath: '/t' })

/** A desk whose kernel signs as this node. */
function deskOf(self: TestNode): Desk {
  const desk = new Desk(clock)
  void desk.attend({
    signal: new AbortController().signal,
    emit(event) {
      queueMicrotask(() => desk.answered(event.id, { text: answer(self, event) }))
      return true
    },
  })
  return desk
}

function answer(self: TestNode, { want, side, other = '', dial_nonce, answer_nonce }: DeskEvent): string {
  if (want === 'node') return self.node
  assert.ok(side !== undefined && dial_nonce !== undefined && answer_nonce !== undefined)
  return self.sign(
    meetingText({ side, signer: self.node, other, dialNonce: dial_nonce, answerNonce: answer_nonce }),
  )
}

/** A registry of this node alone, and who was entered. */
function directoryOf(self: TestNode): Directory & { readonly entered: string[] } {
  const entered: string[] = []
  return {
    entered,
    registered: async () => sent(self),
    async register(node) {
      if (node === c.node) throw new Refusal('Conflict', 'the name is taken')
      entered.push(node)
    },
  }
}

function sent(self: TestNode): Signed {
  const { node, descriptor, signature } = self.describe(clock.now())
  return { node, descriptor: copied(descriptor), signature }
}

function answeringAs(self: TestNode, known: readonly TestNode[]) {
  const directory = directoryOf(self)
  const parts: AnsweringParts = {
    clock,
    random: systemRandom,
    desk: deskOf(self),
    directory,
    meetings: new Meetings(),
    known: new Set(known.map(({ node }) => node)),
  }
  const stranger: Stranger = {
    greet: ({ descriptor, ...rest }) => greeted({ ...rest, descriptor: copied(descriptor) }, call(), parts),
    async prove(proof) {
      await proved(proof, call(), parts)
    },
    close() {},
  }
  return { parts, directory, stranger }
}

/** `self` meets who answers there. */
function meeting(self: TestNode, stranger: Stranger, pinned: TestNode) {
  const desk = deskOf(self)
  const directory = directoryOf(self)
  const parts = {
    random: systemRandom,
    node: () => desk.node(),
    proof: (of: Omit<Meeting, 'signer'>) => desk.proof(of),
    ...directory,
  }
  return { directory, over: meet(stranger, linkTo(pinned), parts) }
}

test('two nodes that know each other meet, and each enters the other into its registry', async () => {
  const { parts, directory, stranger } = answeringAs(b, [a])
  const dialled = meeting(a, stranger, b)
  await dialled.over
  assert.deepEqual(dialled.directory.entered, [b.node])
  assert.deepEqual(directory.entered, [a.node])
  assert.deepEqual(parts.meetings.list(), [{ node: a.node, at_ms: clock.now() }])
})

test('whoever answers must be the one that is pinned, with its descriptor and its key', async () => {
  const { stranger } = answeringAs(b, [a])
  const greetings: readonly (readonly [string, (said: Greeted) => Greeted, RegExp])[] = [
    ['another id', (said) => ({ ...said, node: c.node }), /and .* is pinned/],
    ['another descriptor', (said) => ({ ...said, ...sent(c), node: b.node }), /no descriptor that/],
    [
      'a changed descriptor',
      (said) => ({ ...said, descriptor: { ...said.descriptor, name: 'other' } }),
      /no descriptor that/,
    ],
    [
      'a descriptor with a field too many',
      (said) => ({ ...said, descriptor: { ...said.descriptor, owner: 'me' } }),
      /no descriptor that/,
    ],
    ['another nonce', (said) => ({ ...said, nonce: '0'.repeat(32) }), /not its key/],
    ['no proof', (said) => ({ ...said, proof: said.signature }), /not its key/],
  ]
  for (const [what, lie, because] of greetings) {
    const liar = {
      ...stranger,
      greet: async (greeting: Parameters<Stranger['greet']>[0]) => lie(await stranger.greet(greeting)),
    }
    const { over, directory } = meeting(a, liar, b)
    await assert.rejects(over, refusal('IntegrityFail', because), what)
    assert.deepEqual(directory.entered, [], what)
  }
  await assert.rejects(meeting(a, stranger, a).over, refusal('IntegrityFail', /this node itself/))
})

test('a proof that was heard in one meeting is of no use in another', async () => {
  const { stranger } = answeringAs(b, [a])
  let heard: Greeted | null = null
  const recording: Stranger = {
    ...stranger,
    async greet(greeting) {
      heard = await stranger.greet(greeting)
      return heard
    },
  }
  await meeting(a, recording, b).over
  const replaying: Stranger = {
    ...stranger,
    greet: async () => heard ?? stranger.greet(await Promise.reject(new Error('nothing was heard'))),
  }
  await assert.rejects(meeting(a, replaying, b).over, refusal('IntegrityFail', /not its key/))
})

test('whoever dials must be known, and prove that it is the one', async () => {
  const { parts, stranger } = answeringAs(b, [a, c])
  const d = new TestNode('d')
  await assert.rejects(meeting(d, stranger, b).over, refusal('PolicyDenied', /may not link with this one/))
  await assert.rejects(meeting(c, stranger, b).over, refusal('Conflict', /name is taken/))
  const greeting = { ...sent(a), nonce: 'a'.repeat(32) }
  await assert.rejects(
    stranger.greet({ ...greeting, signature: sent(d).signature }),
    refusal('BadRequest', /not one that/),
  )
  const prove = async (by: TestNode, changes: Partial<Meeting> = {}) => {
    const { nonce } = await stranger.greet(greeting)
    const text = meetingText({
      side: 'dials',
      signer: a.node,
      other: b.node,
      dialNonce: greeting.nonce,
      answerNonce: nonce,
      ...changes,
    })
    return stranger.prove({ node: a.node, nonce, proof: by.sign(text) })
  }
  await assert.rejects(prove(d), refusal('PolicyDenied', /not one of node/))
  await assert.rejects(prove(a, { side: 'answers' }), refusal('PolicyDenied', /not one of node/))
  await assert.rejects(prove(a, { other: c.node }), refusal('PolicyDenied', /not one of node/))
  const gone = { node: a.node, nonce: 'f'.repeat(32), proof: a.sign('x') }
  await assert.rejects(stranger.prove(gone), refusal('Conflict', /greet again/))
  assert.deepEqual(parts.meetings.list(), [])
  await prove(a)
  assert.equal(parts.meetings.list().length, 1)
})

test('a desk without a kernel refuses, and so does one whose kernel does not answer', async () => {
  const desk = new Desk(clock)
  await assert.rejects(async () => desk.node(), refusal('Unavailable', /does not take questions/))
  const leave = new AbortController()
  const over = desk.attend({ signal: leave.signal, emit: () => true })
  const asked = Array.from({ length: 64 }, () =>
    assert.rejects(desk.node(), refusal('Unavailable', /within 2000/)),
  )
  await assert.rejects(async () => desk.node(), refusal('Busy', /64 questions/))
  clock.advance(2_000)
  await Promise.all(asked)
  leave.abort()
  await over
  await assert.rejects(async () => desk.node(), refusal('Unavailable', /does not take questions/))
})
