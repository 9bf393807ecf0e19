/**
 * The zk-verify service: says no to everything while no circuit is named, and then has not even loaded what verifying
 * takes; else it adapts `Verifying` to its contract. What a request carries, the proof and its inputs, is in no
 * refusal and in no line of the log.
 */

import { service } from '@ron/kernel/contract/contract'
import type { zkVerify } from './contract.ts'

const NOT_ENABLED =
  'no circuit is named, so there is nothing to verify against; set zk-verify.circuits to NAME@b3:HASH'

/** Here and not where it is used: the build puts the worker beside the service, whatever else it joins. */
const workerUrl = new URL('zk-verify.worker.js', import.meta.url).href

export default service<typeof zkVerify>(async ({ config, clock, random, log }) => {
  if (config.circuits.length === 0) {
    return {
      handle: {
        verify: (_request, { refuse }) => refuse('NotEnabled', NOT_ENABLED),
        circuits: (_request, { refuse }) => refuse('NotEnabled', NOT_ENABLED),
      },
      health: () => ({ state: 'ready' }),
      stop: async () => {},
    }
  }

  const [{ catalogue }, { Verifying }] = await Promise.all([
    import('./circuits/catalogue.ts'),
    import('./verifying.ts'),
  ])
  const verifying = await Verifying.open(config, catalogue, { clock, random, log, workerUrl })

  return {
    handle: {
      async verify({ circuit, inputs, nonce, body }, { caller, signal, refuse }) {
        const refused = verifying.refused.find(({ id }) => id === circuit)
        if (refused !== undefined) refuse('NotEnabled', refused.because)
        const known = verifying.circuits.get(circuit)
        if (known === undefined) return refuse('NotFound', 'no such circuit; GET /zk/circuits lists them')
        const outcome = await verifying.verify(known, { proof: body, inputs, nonce }, caller.tenant, signal)
        if ('verdict' in outcome) {
          const { verdict } = outcome
          return verdict === null ? { valid: true } : { valid: false, reason: verdict }
        }
        if (outcome.refused === 'gone') return refuse('Timeout', 'the proof was given up before its turn')
        return refuse(
          'Busy',
          `this tenant has the most of ${config.waitingMax} waiting proofs, the limit zk-verify.waiting_max`,
        )
      },

      circuits: () => ({
        verifier: config.verifier,
        items: [...verifying.circuits.values()].map(({ circuit, keyHash, batchMax, ...known }) => ({
          circuit: circuit.id,
          summary: circuit.summary,
          system: circuit.system,
          inputs: [...circuit.inputs],
          domain: circuit.domain,
          key_hash: keyHash,
          parameters_hash: known.parametersHash,
          proof_bytes: known.proofBytes,
          experimental: known.experimental,
          batch_max: batchMax,
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
