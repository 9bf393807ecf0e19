/**
 * A worker of the zk-verify service: verifies batches, one at a time, and does nothing else. The pairing library keeps
 * its settings in globals, so a thread of its own also keeps them from everybody else.
 */

import { workerData } from 'node:worker_threads'
import type { Batch } from './batches/desk.ts'
import type { Verdict, Verifier } from './snark/verifier.ts'
import { openVerifier, type SystemKey } from './systems/open.ts'

/** What a worker is born with: circuit → verifying key, and the proof system it is of. */
export interface WorkerBirth {
  readonly keys: ReadonlyMap<string, SystemKey>
}

const { keys }: WorkerBirth = workerData
const verifiers = new Map<string, Promise<Verifier>>()

/** Rejects with a `KeyFault` where the circuit's key is none. */
export default async function verify({ circuit, claims, weights }: Batch): Promise<Verdict[]> {
  const verifier = await verifierOf(circuit)
  return verifier.verify(claims, weights)
}

function verifierOf(circuit: string): Promise<Verifier> {
  const key = keys.get(circuit)
  if (key === undefined) return Promise.reject(new Error(`no key for circuit ${circuit}`))
  const known = verifiers.get(circuit) ?? openVerifier(key)
  verifiers.set(circuit, known)
  return known
}
