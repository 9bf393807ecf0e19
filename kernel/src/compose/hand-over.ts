/**
 * How one node takes over from another, put together: it asks before it has keys, lets requests wait behind its open
 * door while the other stops serving, and then listens for the one that comes after it.
 */

import type { Place, Wall } from '@ron/transport/wall/request'
import type { NodeConfig } from '../config/node-config.ts'
import { Refusal } from '../contract/refusals.ts'
import { Giver, type Given } from '../handover/give.ts'
import { askToTake, type Inheritance } from '../handover/take.ts'
import type { KeptKey, Kms } from '../kms/kms.ts'
import type { Clock } from '../ports/clock.ts'
import { removeSocket } from '../system/durable.ts'
import { readSecretFile } from '../system/files.ts'
import type { Auditing } from './audit/auditing.ts'
import type { Ground } from './ground.ts'
import { readHexKey } from './keys.ts'
import type { Trust } from './trust.ts'

/** Requests that wait for the other node to be done; a further one is refused. */
const waitingMax = 4_096
/** Longer than this nobody waits. */
const waitMs = 60_000

export interface HandingOver {
  /** Of the node before; none when there is none. */
  readonly keys: readonly KeptKey[]
  /** Whether another node is still serving what this one will have. */
  readonly waits: boolean
  /** Resolves when services may begin with what they find. Rejects with a sentence when it cannot be had. */
  takeOver(trust: Trust, auditing: Auditing): Promise<void>
  /** From now on the next node may come. `drain` begins the end of this one. */
  offer(kms: Kms, trust: Trust, auditing: Auditing, drain: () => void): Promise<void>
  /** When services have stopped: gives away what they kept, if anybody asked. */
  give(): Promise<Given>
}

const alone: HandingOver = {
  keys: [],
  waits: false,
  takeOver: async () => {},
  offer: async () => {},
  give: async () => 'nobody asked',
}

/** Rejects with a sentence when the node before refuses, or the key cannot be had. */
export async function handingOver(
  { node }: NodeConfig,
  { services, clock, log }: Ground,
): Promise<HandingOver> {
  const { handOverSocket: path, handOverKeyPath } = node
  if (path === '') return alone
  const key = readHexKey('node.hand_over_key_path', handOverKeyPath, readSecretFile(handOverKeyPath))
  const places = services.places()
  const before: Inheritance | null = await askToTake({ path, key, places, clock })
  let giver: Giver | null = null
  return {
    keys: before?.keys ?? [],
    waits: before !== null,
    async takeOver(trust, auditing) {
      if (before === null) return
      const bytes = await before.receive(node.drainDeadlineMs + waitMs, async ({ revoked, log }) => {
        await auditing.goOn(log)
        trust.restore(revoked)
      })
      log.info('took over what another node kept', { bytes })
    },
    async offer(kms, trust, auditing, drain) {
      // Nobody answered there when this node began, or it was taken over: what lies there is only a name.
      removeSocket(path)
      giver = new Giver({
        path,
        key,
        places,
        keys: () => kms.handOut(),
        keysBack: () => kms.takeBack(),
        beside: () => ({ revoked: trust.revocations.kept(), log: auditing.signed() }),
        drain,
        clock,
        log,
      })
      try {
        await giver.open()
      } catch (thrown) {
        // What was taken over is nowhere else any more.
        if (before === null) throw thrown
        log.error('no node can take over from this one', { because: String(thrown) })
      }
    },
    give: async () => (giver === null ? 'nobody asked' : giver.give()),
  }
}

/** A wall behind which requests wait until `open`, for what they ask for is still with another node. */
export function waitingWall(wall: Wall, clock: Clock): { readonly wall: Wall; readonly open: () => void } {
  let isOpen = false
  const waiting = new Set<() => void>()
  const opened = () =>
    new Promise<boolean>((resolve) => {
      const cancel = clock.after(waitMs, () => done(false))
      const goOn = () => done(true)
      const done = (inTime: boolean) => {
        cancel()
        waiting.delete(goOn)
        resolve(inTime)
      }
      waiting.add(goOn)
    })
  const later = async (enter: () => Place | Refusal | Promise<Place | Refusal>) =>
    (await opened()) ? enter() : notYet('the other node took too long')
  return {
    wall: {
      recognise: (claim) => wall.recognise(claim),
      enter(recognised, reach) {
        if (isOpen) return wall.enter(recognised, reach)
        if (waiting.size >= waitingMax) return notYet(`${waitingMax} requests wait already`)
        return later(() => wall.enter(recognised, reach))
      },
    },
    open() {
      isOpen = true
      for (const goOn of waiting) goOn()
    },
  }
}

function notYet(because: string): Refusal {
  return new Refusal('NotReady', `this node takes over from another one; ${because}`)
}
