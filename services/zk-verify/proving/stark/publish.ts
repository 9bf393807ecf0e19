/** Makes the sample that verifiers of `audit-inclusion-stark` are tested with, from a seed, so that it can be made again. */

import { createHash } from 'node:crypto'
import { bindingContext } from '../../binding.ts'
import { auditInclusionStark } from '../../circuits/audit-inclusion-stark.ts'
import type { Published } from '../../circuits/circuit.ts'
import { hashOf } from '../../circuits/pinned.ts'
import { parameters } from '../../stark/parameters.ts'
import { stream } from './chance.ts'
import { proveInclusion } from './inclusion.ts'

export function publishInclusion(): Published {
  const key = Buffer.from(parameters)
  const chance = stream(
    createHash('sha256').update('ron zk development audit-inclusion-stark sample').digest(),
  )
  const context = bindingContext({
    domain: auditInclusionStark.domain,
    keyHash: hashOf(key),
    verifier: 'self-test',
    nonce: new Uint8Array(16),
  })
  const events = [0, 1, 2].map(() => chance(32))
  const { proof, inputs } = proveInclusion({ events, index: 1 }, context, chance)
  const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  return { key: toBase64(key), proof: toBase64(proof), inputs: inputs.map(toBase64) }
}
