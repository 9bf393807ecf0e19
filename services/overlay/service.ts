/**
 * The overlay service: where operators read and change ceilings and tarpits. The decisions themselves fall in
 * process, in the front end's `Ceilings`, which follows `watch`; this thread is not on any request's way.
 */

import { service } from '@ron/kernel/contract/contract'
import { Latest } from '../latest.ts'
import { Whole } from '../whole.ts'
import type { Limits } from './admission.ts'
import type { overlay } from './contract.ts'
import { Flags, FLAGS_MAX } from './flags.ts'
import { readRecord, recordOf } from './record.ts'
import { limitsOf, wireLimits, wireTarpit } from './wire.ts'

export default service<typeof overlay>(async ({ config, clock, journal, log }) => {
  const kept = await Whole.open(journal, log)
  const before = kept.text === null ? null : readRecord(kept.text, clock.now())
  const limits = new Latest<Limits>(before?.limits ?? config)
  const flags = new Flags()
  for (const { peer, remainingMs, delayMs } of before?.flags ?? []) {
    flags.set(peer, remainingMs, delayMs, clock.monotonic())
  }
  const listed = () => flags.list(clock.monotonic())

  /** Records all of it with these limits; only then are followers told, and everything again. */
  const keep = (next: Limits) => {
    kept.record(recordOf({ limits: next, flags: listed() }, clock.now()))
    limits.set(next)
  }

  return {
    handle: {
      getCeilings: () => wireLimits(limits.value),

      putCeilings(changes, { caller }) {
        keep(limitsOf({ ...wireLimits(limits.value), ...changes }))
        log.warn('ceilings changed', { ...changes, subject: caller.subject })
        return kept.acknowledge(wireLimits(limits.value))
      },

      getTarpits: () => ({ items: listed().map(wireTarpit) }),

      putTarpit({ peer, for_ms, delay_ms }, { caller, refuse }) {
        const now = clock.monotonic()
        const outcome = flags.has(peer, now) ? 'replaced' : 'created'
        if (!flags.set(peer, for_ms, delay_ms, now)) {
          return refuse(
            'Full',
            `${FLAGS_MAX} peers are in the tarpit, the most there may be; let one out first`,
          )
        }
        keep(limits.value)
        log.warn('peer sent to the tarpit', { peer, for_ms, delay_ms, subject: caller.subject })
        return kept.acknowledge({ outcome, peer, remaining_ms: for_ms, delay_ms })
      },

      removeTarpit({ peer }, { caller, refuse }) {
        if (!flags.delete(peer, clock.monotonic()))
          return refuse('NotFound', `no operator sent ${peer} to the tarpit`)
        keep(limits.value)
        log.warn('peer let out of the tarpit', { peer, subject: caller.subject })
        return kept.acknowledge({})
      },

      async watch(_request, call) {
        await limits.follow(call, (limits) => ({
          ceilings: wireLimits(limits),
          tarpits: listed().map(wireTarpit),
        }))
        return {}
      },
    },

    health: () => ({ state: 'ready' }),

    stop: async () => {},
  }
})
