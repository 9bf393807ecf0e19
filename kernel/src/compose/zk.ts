/** The circuits of a node for its operator: how their self-tests ended, a test on demand, and what a scrape asks for. */

import type { ZkStatement, ZkView } from '@ron/admin/zk'
import type { zkVerify } from '@ron/services/zk-verify/contract'
import { byKernel, type Audit } from '../audit/audit.ts'
import type { EventOf, ResponseOf } from '../contract/contract.ts'
import type { ZkReadings } from '../metrics/zk.ts'
import type { Kms } from '../kms/kms.ts'
import type { Dispatch } from '../ports/dispatch.ts'
import { noteOf, signerWith, verifierKey } from '../tlog/note.ts'
import { zkKeysText } from '../tlog/zk-keys.ts'
import { follow, kernelCaller } from './follow.ts'
import type { Ground } from './ground.ts'

type Operations = (typeof zkVerify)['operations']
type Watch = Operations['watch']
type Report = ResponseOf<Operations['report']>

export interface FollowedZk {
  readonly view: ZkView
  readonly readings: ZkReadings
  stop(): void
}

/** What signs the statement: the kms, under the name of the node's logs. */
export interface ZkSigning {
  readonly kms: Kms
  /** `identity.origin`. */
  readonly origin: string
}

export function followZk(
  dispatch: Dispatch,
  { bus, clock, log }: Pick<Ground, 'bus' | 'clock' | 'log'>,
  audit: Audit,
  signing: ZkSigning,
): FollowedZk {
  let tested: EventOf<Watch>['circuits'] = []
  let verifier = ''
  const stop = follow<Watch>(dispatch, bus, clock, log, {
    service: 'zk-verify',
    operation: 'watch',
    changed(told) {
      tested = told.circuits
      verifier = told.verifier
    },
    lost() {
      tested = []
    },
  })
  const views = (circuits: typeof tested) =>
    circuits.map(({ circuit, ok, because, at_ms: atMs }) => ({
      circuit,
      self_test: ok ? ('passed' as const) : ('failed' as const),
      because,
      tested: new Date(atMs).toISOString(),
    }))
  return {
    stop,
    view: {
      circuits: () => views(tested),
      statement: () => statementOf(signing, verifier, tested),
      async selfTest({ subject, traceId }) {
        const act = {
          subject,
          traceId,
          tenant: byKernel.tenant,
          verb: 'zk.admin',
          target: 'zk-verify.selfTest',
        }
        const answer = await audit.around(act, () =>
          dispatch.call('zk-verify', 'selfTest', {}, null, { caller: { ...kernelCaller, subject, traceId } }),
        )
        // The compiler held the service to its contract, which says what this is.
        return views((answer.fields as EventOf<Watch>).circuits)
      },
    },
    readings: {
      selfTests: () => tested,
      async read() {
        try {
          const { fields } = await dispatch.call('zk-verify', 'report', {}, null, { caller: kernelCaller })
          const { nonces, circuits } = fields as Report
          return {
            nonces,
            circuits: circuits.map(
              ({ batch_sizes: batchSizes, batch_seconds: batchSeconds, ...counted }) => ({
                ...counted,
                batchSizes,
                batchSeconds,
              }),
            ),
          }
        } catch {
          return null
        }
      },
    },
  }
}

/** Of the circuits that are open, whose keys are the pinned ones; signed with every version that is good. */
function statementOf(
  { kms, origin }: ZkSigning,
  verifier: string,
  tested: EventOf<Watch>['circuits'],
): ZkStatement | null {
  const pins = tested.filter(({ ok }) => ok).map(({ circuit, key_hash: hash }) => `${circuit}@${hash}`)
  const name = `${origin}/zk`
  const [signer, ...retiring] = kms
    .versions('zk-keys')
    .map(({ version }) =>
      signerWith(name, kms.publicKey('zk-keys', version), (text) => kms.sign('zk-keys', version, text)),
    )
    .toReversed()
  if (signer === undefined || pins.length === 0) return null
  const text = zkKeysText({ origin: name, verifier, pins })
  const lines = [signer, ...retiring].map((each) => each.line(text))
  return { key: verifierKey(signer.key), statement: noteOf(text, lines) }
}
