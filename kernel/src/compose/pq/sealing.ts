/** The post-quantum hybrid of one node, put together: its keys, its pace, its alarm, and what it says of itself. */

import type { PqView } from '@ron/admin/node-view'
import { nativeTools } from '@ron/transport/session/native-tools'
import type { Sealing } from '@ron/transport/session/sealing'
import { nodeIdsOf } from '@ron/transport/session/identity'
import { suites } from '@ron/transport/session/suites'
import { spend, unspent } from '@ron/transport/wall/gcra'
import type { Audit } from '../../audit/audit.ts'
import type { NodeConfig } from '../../config/node-config.ts'
import type { Kms } from '../../kms/kms.ts'
import type { DowngradeReason } from '../../ports/meter.ts'
import type { Ground } from '../ground.ts'
import { nextTurn } from '../../system/turn.ts'
import { DowngradeAlarm } from './alarm.ts'
import { RotatingKeys } from './session-keys.ts'

export interface Hybrid {
  readonly sealing: Sealing
  view(): PqView
  stop(): void
  wipe(): void
}

export async function hybridOf({ pq }: NodeConfig, ground: Ground, kms: Kms, audit: Audit): Promise<Hybrid> {
  const tools = await nativeTools()
  const { clock, logs, metrics } = ground
  const log = logs.for('pq')
  const keys = new RotatingKeys(kms, clock, log, pq.rotateMs, tools)
  const alarm = new DowngradeAlarm(clock, log, audit, (reason) => metrics.downgraded(reason))
  const rate = { perSecond: pq.handshakesPerSecond, burst: pq.handshakesPerSecond }
  let spent = unspent
  const [suite] = suites
  const [kem = '', kdf = '', aead = '', identity = ''] = suite.split('/')
  return {
    sealing: {
      primitives: tools.primitives,
      keys,
      turn: nextTurn,
      required: pq.required,
      pace() {
        const [next, outcome] = spend(spent, clock.monotonic(), 1, rate)
        spent = next
        return outcome
      },
      downgraded: (reason: DowngradeReason, peer: string) => alarm.raise(reason, peer),
    },
    view() {
      const { id, signed } = keys.offered()
      const [node, ofOne = node] = nodeIdsOf(signed[suite].identity, tools)
      return {
        mode: 'hybrid',
        required: pq.required,
        kem,
        kdf,
        aead,
        ml_kem: tools.mlKemBy,
        identity,
        ml_dsa: tools.mlDsa.by,
        key: id,
        key_expires: new Date(signed[suite].expiresMs).toISOString(),
        node,
        node_ed25519: ofOne,
      }
    },
    stop() {
      keys.stop()
      alarm.stop()
    },
    wipe: () => keys.wipe(),
  }
}
