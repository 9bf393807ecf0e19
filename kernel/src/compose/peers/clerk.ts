/**
 * What the kernel does for the peers service: it signs for the node in the two forms there are, reads the token of a
 * link anew each time it is asked for, and counts how long hops take. The service is told why when there is none.
 */

import type { peers } from '@ron/services/peers/contract'
import type { Bus } from '../../bus/bus.ts'
import type { EventOf } from '../../contract/contract.ts'
import { isNonce } from '../../identity/meeting.ts'
import type { PeerLink } from '../../identity/peer-links.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Dispatch } from '../../ports/dispatch.ts'
import type { Log } from '../../ports/log.ts'
import type { Fields } from '../../ports/port.ts'
import type { FileBytes } from '../../system/files.ts'
import { follow, kernelCaller } from '../follow.ts'
import type { Self } from './self.ts'

type Attend = (typeof peers)['operations']['attend']
type Question = EventOf<Attend>

export interface ClerkParts {
  readonly self: Self
  readonly links: readonly PeerLink[]
  readonly readSecret: (path: string) => FileBytes
  readonly hop: (peer: string, seconds: number) => void
}

/** The returned function ends it. */
export function attendPeers(
  dispatch: Dispatch,
  bus: Bus,
  clock: Clock,
  log: Log,
  parts: ClerkParts,
): () => void {
  const reply = async (fields: Fields) => {
    try {
      await dispatch.call('peers', 'answer', fields, null, { caller: kernelCaller })
    } catch (cause) {
      log.debug('an answer to the peers was not taken', { cause: String(cause) })
    }
  }
  return follow<Attend>(dispatch, bus, clock, log, {
    service: 'peers',
    operation: 'attend',
    changed(question) {
      const { id, want, peer = '', micros = [] } = question
      if (want === 'nothing') for (const each of micros) parts.hop(peer, each / 1e6)
      else void reply({ id, ...answerTo(question, parts) })
    },
    lost() {},
  })
}

function answerTo(question: Question, { self, links, readSecret }: ClerkParts): Fields {
  const { want, peer, side, other, dial_nonce: dialNonce, answer_nonce: answerNonce } = question
  if (want === 'node') return { text: self.node }
  if (want === 'token') return token(links, peer ?? '', readSecret)
  if (side === undefined || other === undefined || dialNonce === undefined || answerNonce === undefined)
    return { because: 'a meeting has two sides and two nonces' }
  if (!isNonce(dialNonce) || !isNonce(answerNonce))
    return { because: 'a nonce has 32 hex digits in lower case' }
  return { text: self.prove({ side, other, dialNonce, answerNonce }) }
}

function token(links: readonly PeerLink[], peer: string, readSecret: (path: string) => FileBytes): Fields {
  const path = links.find((link) => link.peer === peer)?.tokenPath
  if (path === undefined) return { because: `no link is named ${peer}` }
  const file = readSecret(path)
  if (!file.ok) return { because: `the token of ${peer}: ${path} ${file.because}` }
  const text = Buffer.from(file.bytes).toString('latin1').trim()
  file.bytes.fill(0)
  return text.length <= tokenLengthMax ? { text } : { because: `${path} holds no token` }
}

const tokenLengthMax = 65_536
