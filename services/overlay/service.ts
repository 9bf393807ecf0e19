/**
 * The overlay service: where operators read and change ceilings and tarpits. The decisions themselves fall in
 * process, in the front end's `Ceilings`, which follows `watch`; this thread is not on any request's way.
 */

import { service } from '@ron/kernel/contract/contract'
import { Latest } from '../latest.ts'
import type { Limits } from './admission.ts'
import type { overlay } from './contract.ts'
import { Flags, FLAGS_MAX } from './flags.ts'
import { limitsOf, wireLimits, wireTarpit } from './wire.ts'

export default service<typeof overlay>(async ({ config, clock, log }) => {
  const limits = new Latest<Limits>(config)
  const flags = new Flags()
  const listed = () => flags.list(clock.monotonic()).map(wireTarpit)
  /** Followers are told everything again; the limits stay what they are. */
  const flagsChanged = () => limits.set(limits.value)

  return {
    handle: {
      getCeilings: () => wireLimits(limits.value),

      putCeilings(changes, { caller }) {
        limits.set(limitsOf({ ...wireLimits(limits.value), ...changes }))
        log.warn('ceilings changed', { ...changes, subject: caller.subject })
        return wireLimits(limits.value)
      },

      getTarpits: () => ({ items: listed() }),

      putTarpit({ peer, for_ms, delay_ms }, { caller, refuse }) {
        const now = clock.monotonic()
        const outcome = flags.has(peer, now) ? 'replaced' : 'created'
        if (!flags.set(peer, for_ms, delay_ms, now)) {
          return refuse(
            'Full',
            `${FLAGS_MAX} peers are in the tarpit, the most there may be; let one out first`,
          )
        }
        flagsChanged()
        log.warn('peer sent to the tarpit', { peer, for_ms, delay_ms, subject: caller.subject })
        return { outcome, peer, remaining_ms: for_ms, delay_ms }
      },

      removeTarpit({ peer }, { caller, refuse }) {
        if (!flags.delete(peer, clock.monotonic()))
          return refuse('NotFound', `no operator sent ${peer} to the tarpit`)
        flagsChanged()
        log.warn('peer let out of the tarpit', { peer, subject: caller.subject })
        return {}
      },

      async watch(_request, call) {
        await limits.follow(call, (limits) => ({ ceilings: wireLimits(limits), tarpits: listed() }))
        return {}
      },
    },

    health: () => ({ state: 'ready' }),

    stop: async () => {},
  }
})
