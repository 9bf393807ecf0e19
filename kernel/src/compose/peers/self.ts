/**
 * The node as it signs for itself: its id, and the texts that its identity key puts a name to. The key stays in the
 * kms; nothing but these two forms is ever signed with it.
 */

import { descriptorText, type Descriptor } from '../../identity/descriptor.ts'
import { meetingText, type Meeting } from '../../identity/meeting.ts'
import { nodeIdOf } from '../../identity/node-id.ts'
import type { Kms } from '../../kms/kms.ts'

/** The rest of a descriptor is the key's to say. */
export type Said = Omit<Descriptor, 'v' | 'kind' | 'key'>

export interface Self {
  /** Changes when the key is rotated. */
  readonly node: string
  describe(said: Said): { readonly node: string; readonly descriptor: Descriptor; readonly signature: string }
  /** Base64. */
  prove(meeting: Omit<Meeting, 'signer'>): string
}

export function selfOf(kms: Kms): Self {
  const purpose = 'node-identity'
  const publicKey = () => kms.publicKey(purpose, kms.active(purpose))
  const sign = (text: string) =>
    Buffer.from(kms.sign(purpose, kms.active(purpose), Buffer.from(text))).toString('base64')
  return {
    get node() {
      return nodeIdOf(publicKey())
    },
    describe(said) {
      const key = publicKey()
      const descriptor = { v: 1, kind: 'node', key: Buffer.from(key).toString('base64'), ...said } as const
      return { node: nodeIdOf(key), descriptor, signature: sign(descriptorText(descriptor)) }
    },
    prove: (meeting) => sign(meetingText({ ...meeting, signer: nodeIdOf(publicKey()) })),
  }
}
