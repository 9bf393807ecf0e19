/**
 * A meeting from the side that dials. Each of the two signs what the other drew; whoever answers at the address is the
 * peer only when the key behind the pinned id did, and only then is anything else asked of it.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import { signerOf, type Descriptor } from '@ron/kernel/identity/descriptor'
import { meetingText, nonceBytes, type Meeting } from '@ron/kernel/identity/meeting'
import { bytesOf, isSignedBy, keyBytes } from '@ron/kernel/identity/node-id'
import type { PeerLink } from '@ron/kernel/identity/peer-links'
import { readDescriptor } from '@ron/kernel/identity/read-descriptor'
import type { Random } from '@ron/kernel/ports/random'
import type { Signed } from './directory.ts'
import type { Stranger } from './remote.ts'

export interface MeetingParts {
  readonly random: Random
  /** The id of this node. */
  readonly node: () => Promise<string>
  readonly proof: (meeting: Omit<Meeting, 'signer'>) => Promise<string>
  /** What the registry has of a node. */
  readonly registered: (node: string) => Promise<Signed>
  /** Enters a node into the registry. */
  readonly register: (node: string, descriptor: Descriptor, signature: string) => Promise<void>
}

/** Resolves when both have proved who they are. Rejects with a `Refusal` that says what is wrong, or as a call does. */
export async function meet(
  stranger: Stranger,
  { node: pinned, url }: PeerLink,
  parts: MeetingParts,
): Promise<void> {
  const node = await parts.node()
  if (node === pinned) throw wrong('the id that is pinned is that of this node itself; mend peers.links')
  const dialNonce = drawn(parts.random)
  const {
    node: found,
    descriptor: told,
    signature,
    nonce: answerNonce,
    proof,
  } = await stranger.greet({
    ...(await parts.registered(node)),
    nonce: dialNonce,
  })
  if (found !== pinned) throw wrong(`node ${found} answers at ${url}, and ${pinned} is pinned`)
  const descriptor = readDescriptor(told)
  if (descriptor === null || signerOf(descriptor, signature) !== pinned)
    throw wrong(`what answers at ${url} has no descriptor that ${pinned} signed`)
  const asked = { signer: pinned, other: node, dialNonce, answerNonce }
  if (!isProof(descriptor, { side: 'answers', ...asked }, proof))
    throw wrong(`what answers at ${url} has a descriptor of ${pinned} and not its key`)
  await parts.register(pinned, descriptor, signature)
  const own = await parts.proof({ side: 'dials', other: pinned, dialNonce, answerNonce })
  await stranger.prove({ node, nonce: answerNonce, proof: own })
}

/** Whether the key in the descriptor signed it. */
function isProof({ key }: Pick<Descriptor, 'key'>, meeting: Meeting, proof: string): boolean {
  const bytes = bytesOf(key, keyBytes)
  return bytes !== null && isSignedBy(bytes, meetingText(meeting), proof)
}

export function drawn(random: Random): string {
  return Buffer.from(random.bytes(nonceBytes)).toString('hex')
}

function wrong(because: string): Refusal {
  return new Refusal('IntegrityFail', because)
}
