/** A meeting from the side that answers: who may begin one, and what each of its two steps checks. */

import type { Call, RequestOf, ResponseOf } from '@ron/kernel/contract/contract'
import { signerOf } from '@ron/kernel/identity/descriptor'
import { bytesOf, isSignedBy, keyBytes } from '@ron/kernel/identity/node-id'
import { meetingText } from '@ron/kernel/identity/meeting'
import type { Clock } from '@ron/kernel/ports/clock'
import type { Random } from '@ron/kernel/ports/random'
import type { peers } from './contract.ts'
import type { Desk } from './desk.ts'
import type { Directory } from './directory.ts'
import { drawn } from './meet.ts'
import type { Meetings } from './meetings.ts'

type Operations = (typeof peers)['operations']

export interface AnsweringParts {
  readonly clock: Clock
  readonly random: Random
  readonly desk: Desk
  readonly directory: Directory
  readonly meetings: Meetings
  /** Ids of the nodes that may link with this one. */
  readonly known: ReadonlySet<string>
}

export async function greeted(
  { node, descriptor, signature, nonce: dialNonce }: RequestOf<Operations['greet']>,
  { refuse }: Pick<Call<Operations['greet']>, 'refuse'>,
  { clock, random, desk, directory, meetings, known }: AnsweringParts,
): Promise<ResponseOf<Operations['greet']>> {
  if (!known.has(node)) return refuse('PolicyDenied', `node ${node} may not link with this one`, stranger)
  const key = bytesOf(descriptor.key, keyBytes)
  if (key === null || signerOf(descriptor, signature) !== node)
    return refuse('BadRequest', `the descriptor is not one that ${node} signed`)
  await directory.register(node, descriptor, signature)
  const own = await directory.registered(await desk.node())
  const answerNonce = drawn(random)
  meetings.begin(answerNonce, { node, key, dialNonce, atMs: clock.monotonic() })
  const proof = await desk.proof({ side: 'answers', other: node, dialNonce, answerNonce })
  return { ...own, nonce: answerNonce, proof }
}

export async function proved(
  { node, nonce: answerNonce, proof }: RequestOf<Operations['prove']>,
  { refuse }: Pick<Call<Operations['prove']>, 'refuse'>,
  { clock, desk, meetings }: AnsweringParts,
): Promise<ResponseOf<Operations['prove']>> {
  const begun = meetings.end(answerNonce, clock.monotonic())
  if (begun === null || begun.node !== node)
    return refuse('Conflict', `no meeting with node ${node} is under way under this nonce; greet again`)
  const { key, dialNonce } = begun
  const meeting = { side: 'dials', signer: node, other: await desk.node(), dialNonce, answerNonce } as const
  if (!isSignedBy(key, meetingText(meeting), proof))
    return refuse('PolicyDenied', `the proof is not one of node ${node} for this meeting`)
  meetings.met(node, Math.floor(clock.now()))
  return {}
}

const stranger = {
  explain: {
    wall: 'handler',
    rule: 'peers.accept',
    fix: 'add its id to peers.accept, or a link to it to peers.links',
  },
}
