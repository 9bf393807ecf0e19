/** What a node is asked to verify here: one statement, its proof, and settings under which nothing but verifying is measured. */

import { bindingContext } from '@ron/services/zk-verify/binding'
import { forgeQuota, quotaPin } from '@ron/services/zk-verify/proving/quota-proofs.fixture'

const circuit = 'quota-compliance'
const nonce = '00112233445566778899aabbccddeeff'
const inputs = [1_234n, 100n, 20_260n].map((value) => value.toString(16).padStart(64, '0'))

export const settings: readonly string[] = [
  `zk-verify.circuits=${quotaPin}`,
  'overlay.tarpit_after=0',
  'quota.requests_per_second=1000000',
  'quota.burst=1000000',
]

export function claimOf(body: Uint8Array) {
  return { circuit, inputs, nonce, body }
}

export function goodProof(): Uint8Array {
  const [, keyHash = ''] = quotaPin.split('@')
  const context = bindingContext({
    domain: 'ron/zk/quota-compliance/1',
    keyHash,
    verifier: 'ron-node',
    nonce: Buffer.from(nonce, 'hex'),
  })
  return forgeQuota([...inputs, Buffer.from(context).toString('hex')].map((value) => BigInt(`0x${value}`)))
}
