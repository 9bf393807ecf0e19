/**
 * Which circuits a node verifies for: those its settings pin to the hash of their key. A build brings keys along, and
 * an operator who does not want to believe the build says which key it has to be; any other is refused.
 */

import { blake3 } from '@napi-rs/blake-hash'
import { KeyFault } from '../snark/verifier.ts'
import { looks } from '../systems/looks.ts'
import type { Circuit } from './circuit.ts'

/** A circuit whose key is the pinned one. */
export interface PinnedCircuit {
  readonly circuit: Circuit
  readonly key: Uint8Array
  /** `b3:` and 64 hex digits. */
  readonly keyHash: string
}

/** What a setting asks for and does not get. */
export interface RefusedCircuit {
  /** As it was written. */
  readonly id: string
  readonly because: string
}

export interface Pinned {
  readonly circuits: readonly PinnedCircuit[]
  readonly refused: readonly RefusedCircuit[]
}

const pinPattern = /^([A-Za-z0-9._:-]{1,64})@(b3:[0-9a-f]{64})$/

/** `pins` are `NAME@b3:HASH`, the value of `zk-verify.circuits`; `experimental`, that of `zk-verify.experimental`. */
export function pinned(pins: readonly string[], catalogue: readonly Circuit[], experimental = false): Pinned {
  const circuits: PinnedCircuit[] = []
  const refused: RefusedCircuit[] = []
  for (const pin of pins) {
    const [, id = '', hash = ''] = pinPattern.exec(pin) ?? []
    const found = openPin(id === '' ? null : { id, hash }, catalogue, experimental)
    if (typeof found === 'string') {
      refused.push({ id: id === '' ? pin.slice(0, 64) : id, because: `zk-verify.circuits: ${found}` })
    } else if (circuits.some(({ circuit }) => circuit === found.circuit)) {
      refused.push({ id, because: `zk-verify.circuits: ${id} is named twice; name it once` })
    } else {
      circuits.push(found)
    }
  }
  return { circuits, refused }
}

export function hashOf(key: Uint8Array): string {
  return `b3:${blake3(key).toString('hex')}`
}

function openPin(
  pin: { readonly id: string; readonly hash: string } | null,
  catalogue: readonly Circuit[],
  experimental: boolean,
): PinnedCircuit | string {
  if (pin === null) return 'an entry is not NAME@b3:HASH, with the BLAKE3 hash of the key in 64 hex digits'
  const circuit = catalogue.find(({ id }) => id === pin.id)
  if (circuit === undefined) {
    return `this build has no circuit ${pin.id}; it has ${catalogue.map(({ id }) => id).join(', ')}`
  }
  if (looks[circuit.system].experimental && !experimental) {
    return `${pin.id} is of an experimental proof system; set zk-verify.experimental=true to verify for it all the same`
  }
  const key = Uint8Array.from(Buffer.from(circuit.published.key, 'base64'))
  const keyHash = hashOf(key)
  if (keyHash !== pin.hash) {
    return (
      `${pin.id} is pinned to ${pin.hash}, but the verifying key of this build is ${keyHash}; ` +
      'run a build with the pinned key, or pin this one once you know whose it is'
    )
  }
  const fault = keyFault(key, circuit)
  return fault ?? { circuit, key, keyHash }
}

function keyFault(key: Uint8Array, { id, system, inputs }: Circuit): string | null {
  try {
    const takes = looks[system].inputsOf(key)
    // The context is one more.
    if (takes === inputs.length + 1) return null
    return `the verifying key of ${id} is for ${takes} public inputs, but the circuit has ${inputs.length + 1}`
  } catch (cause) {
    if (cause instanceof KeyFault) return cause.message
    throw cause
  }
}
