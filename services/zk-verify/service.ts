/**
 * The zk-verify service: says no to everything while no circuit is named, and then has not even loaded what verifying
 * takes; else it adapts `Verifying` to its contract. What a request carries, the proof and its inputs, is in no
 * refusal and in no line of the log.
 */

import { service } from '@ron/kernel/contract/contract'
import { Latest } from '../latest.ts'
import type { zkVerify } from './contract.ts'
import type { Tested } from './verifying.ts'

const NOT_ENABLED =
  'no circuit is named, so there is nothing to verify against; set zk-verify.circuits to NAME@b3:HASH'

const GONE = 'the proof was given up before its turn'

const LOST =
  'the thread that verified the proof ended; send it again, for a new nonce where this node gave it one'

/** Here and not where it is used: the build puts the worker beside the service, whatever else it joins. */
const workerUrl = new URL('zk-verify.worker.js', import.meta.url).href

export default service<typeof zkVerify>(async ({ config, clock, random, log }) => {
  if (config.circuits.length === 0) {
    return {
      handle: {
        verify: (_request, { refuse }) => refuse('NotEnabled', NOT_ENABLED),
        circuits: (_request, { refuse }) => refuse('NotEnabled', NOT_ENABLED),
        nonce: (_request, { refuse }) => refuse('NotEnabled', NOT_ENABLED),
        admit: (_request, { refuse }) => refuse('NotEnabled', NOT_ENABLED),
        inclusion: (_request, { refuse }) => refuse('NotEnabled', NOT_ENABLED),
        commit: (_request, { refuse }) => refuse('NotEnabled', NOT_ENABLED),
        publish: () => ({}),
        async watch(_request, call) {
          await new Latest(null).follow(call, () => ({ verifier: config.verifier, circuits: [] }))
          return {}
        },
        selfTest: (_request, { refuse }) => refuse('NotEnabled', NOT_ENABLED),
        report: () => ({ nonces: 0, circuits: [] }),
      },
      health: () => ({ state: 'ready' }),
      stop: async () => {},
    }
  }

  const [
    { catalogue },
    { Verifying },
    { Nonces },
    { admit },
    { inclusion },
    { Roots },
    { Counters, metersMax },
    { dayOf, pinnedBy },
  ] = await Promise.all([
    import('./circuits/catalogue.ts'),
    import('./verifying.ts'),
    import('./admitting/nonces.ts'),
    import('./admitting/admit.ts'),
    import('./admitting/inclusion.ts'),
    import('./admitting/roots.ts'),
    import('./admitting/counters.ts'),
    import('./admitting/statement.ts'),
  ])
  const verifying = await Verifying.open(config, catalogue, { clock, random, log, workerUrl })
  const full = `this tenant has the most of ${config.waitingMax} waiting proofs, the limit zk-verify.waiting_max`
  const noVerdict = { full: ['Busy', full], gone: ['Timeout', GONE], lost: ['Unavailable', LOST] } as const
  const nonces = new Nonces(config, clock, random)
  const roots = new Roots()
  const told = (tested: readonly Tested[]) => ({
    verifier: config.verifier,
    circuits: tested.map(wireTested),
  })
  const counters = new Counters()
  const house = { verifying, nonces, counters, clock }

  return {
    handle: {
      async verify({ circuit, inputs, nonce, body }, { caller, signal, refuse }) {
        const refused = verifying.refused.find(({ id }) => id === circuit)
        if (refused !== undefined) refuse('NotEnabled', refused.because)
        const known = verifying.circuits.get(circuit)
        if (known === undefined) return refuse('NotFound', 'no such circuit; GET /zk/circuits lists them')
        const asked = { proof: body, inputs, nonce }
        const outcome = await verifying
          .verify(known, asked, caller.tenant, signal)
          .finally(() => body.fill(0))
        if ('verdict' in outcome) {
          const { verdict } = outcome
          return verdict === null ? { valid: true } : { valid: false, reason: verdict }
        }
        const [code, message] = noVerdict[outcome.refused]
        return refuse(code, message)
      },

      circuits: () => ({
        verifier: config.verifier,
        items: [...verifying.circuits.values()].map(({ circuit, keyHash, batchMax, ...known }) => ({
          circuit: circuit.id,
          summary: circuit.summary,
          system: circuit.system,
          inputs: [...circuit.inputs],
          pinned: [...pinnedBy(circuit)],
          domain: circuit.domain,
          key_hash: keyHash,
          parameters_hash: known.parametersHash,
          proof_bytes: known.proofBytes,
          experimental: known.experimental,
          batch_max: batchMax,
        })),
      }),

      nonce(_request, { caller, refuse }) {
        const nonce = nonces.issue(caller.tenant)
        if (nonce === null)
          return refuse(
            'Busy',
            `this tenant has the most of ${config.noncesMax} unspent nonces, the limit zk-verify.nonces_max`,
          )
        return { nonce, verifier: config.verifier, expires_in_ms: config.nonceTtlMs }
      },

      async admit({ nonce, proofs, body }, { caller, signal, refuse }) {
        let from = 0
        const asked = proofs.map(({ bytes, ...proof }) => {
          from += bytes
          return { ...proof, proof: body.subarray(from - bytes, from) }
        })
        const { tenant } = caller
        const outcome = await admit({ tenant, nonce, proofs: asked }, house, signal).finally(() =>
          body.fill(0),
        )
        if ('refused' in outcome) {
          const [code, message] = noVerdict[outcome.refused]
          return refuse(code, message)
        }
        if (outcome.against === null) return { admitted: true }
        const { at, ...against } = outcome.against
        return { admitted: false, ...against, ...(at === null ? {} : { at }) }
      },

      async inclusion({ root, event, nonce, body }, { caller, signal, refuse }) {
        const claim = { tenant: caller.tenant, root, event, nonce, proof: body }
        const outcome = await inclusion(claim, roots, house, signal).finally(() => body.fill(0))
        if ('refused' in outcome) {
          const [code, message] = noVerdict[outcome.refused]
          return refuse(code, message)
        }
        if ('log' in outcome) {
          const { origin, size, first } = outcome.log
          return { valid: true, log: { origin, size, first } }
        }
        const { rule, reason, fix } = outcome.against
        return { valid: false, rule, reason, fix }
      },

      commit({ epoch, root }, { caller, refuse }) {
        const today = dayOf(clock.now())
        const outcome = counters.commit(caller.tenant, epoch, root, today)
        if (outcome === 'not-now')
          return refuse('Conflict', `epoch is day ${today} since 1970 in UTC, or the next; it is ${epoch}`)
        if (outcome === 'full')
          return refuse('Busy', `${metersMax} tenants have counters for today, and no more may`)
        return { replaced: outcome === 'replaced' }
      },

      publish(root) {
        roots.publish(root)
        return {}
      },

      async watch(_request, call) {
        await verifying.tested.follow(call, told)
        return {}
      },

      selfTest: async () => told(await verifying.test()),

      report: () => ({
        nonces: nonces.count,
        circuits: verifying.read().map(({ batchSizes, batchSeconds, rejected, ...counted }) => ({
          ...counted,
          rejected: [...rejected],
          batch_sizes: { ...batchSizes, bounds: [...batchSizes.bounds], counts: [...batchSizes.counts] },
          batch_seconds: {
            ...batchSeconds,
            bounds: [...batchSeconds.bounds],
            counts: [...batchSeconds.counts],
          },
        })),
      }),
    },

    health() {
      const [first, ...others] = verifying.refused
      if (first === undefined) return { state: 'ready' }
      const more = others.length === 0 ? '' : ` (and ${others.length} more)`
      return { state: 'degraded', because: `${first.because}${more}` }
    },

    stop: () => verifying.stop(),
  }
})

function wireTested({ atMs, keyHash, ...one }: Tested) {
  return { ...one, key_hash: keyHash, at_ms: atMs }
}
