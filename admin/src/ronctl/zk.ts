/** What `ronctl zk` finds out. Proving takes a library that no other command needs, so it is loaded when it is asked for. */

import type { Provable } from '@ron/services/zk-verify/proving/statements'
import { presentationText } from '@ron/transport/macaroon/presentation'
import { answered, failed, type Outcome } from './outcome.ts'
import type { ZkInvocation } from './zk-program.ts'

/** What the commands may touch. */
export interface ZkWorld {
  readonly readInput: () => Promise<string>
  readonly files: { read(path: string): Promise<Uint8Array | null> }
  /** Bytes that nobody can guess. */
  readonly chance: (length: number) => Uint8Array
}

const nonceHex = /^[0-9a-f]{32}$/i
/** So many bytes modulo r are as good as even. */
const scalarChanceBytes = 64

export async function zkOutcome(
  invocation: Exclude<ZkInvocation, { readonly name: 'zk self-test' }>,
  world: ZkWorld,
): Promise<Outcome> {
  const { provable, proveStatement } = await import('@ron/services/zk-verify/proving/statements')
  const { WitnessFault } = await import('@ron/services/zk-verify/proving/witness')
  const known = provable.map(({ circuit }) => circuit)
  if (invocation.name === 'zk circuits') {
    const pins = provable.map(({ circuit, keyHash }) => `${circuit}@${keyHash}`)
    return answered(pins.join('\n'), { ok: true, circuits: pins })
  }
  const circuit = known.find((id) => id === invocation.circuit)
  if (circuit === undefined)
    return failed(`there is no circuit ${invocation.circuit}; there are ${known.join(', ')}`)
  if (!nonceHex.test(invocation.nonce)) return failed('--nonce is 16 bytes in hex, 32 digits')
  const read = await witnessAt(invocation.witness, world)
  if (!read.ok) return failed(read.because)
  const occasion = { verifier: invocation.verifier, nonce: Buffer.from(invocation.nonce, 'hex') }
  const next = () => BigInt(`0x${Buffer.from(world.chance(scalarChanceBytes)).toString('hex')}`)
  try {
    const { inputs, proof } = proveStatement(circuit, read.witness, occasion, next)
    const header = headerOf(provable, circuit, invocation.nonce.toLowerCase(), inputs, proof)
    const told = {
      circuit,
      inputs,
      nonce: invocation.nonce,
      proof: Buffer.from(proof).toString('base64'),
      header,
    }
    const lines = [
      ...inputs.map((input) => `input  ${input}`),
      `nonce  ${told.nonce}`,
      `proof  ${told.proof}`,
      `header ${header}`,
    ]
    return answered(lines.join('\n'), { ok: true, ...told })
  } catch (thrown) {
    if (thrown instanceof WitnessFault) return failed(thrown.message)
    throw thrown
  }
}

/** For a capability whose caveat pins what has to be pinned and no more. */
function headerOf(
  provable: readonly Provable[],
  circuit: string,
  nonce: string,
  inputs: readonly string[],
  proof: Uint8Array,
): string {
  const { inputs: names = [], unpinned = [] } = provable.find((one) => one.circuit === circuit) ?? {}
  const named = names.map((input, at) => ({ input, value: `0x${inputs[at] ?? ''}` }))
  const open = named.filter(({ input }) => unpinned.includes(input))
  return `ZK-Proof: ${presentationText({ nonce, proofs: [{ proof, inputs: open }] })}`
}

type Read =
  { readonly ok: true; readonly witness: unknown } | { readonly ok: false; readonly because: string }

/** The text stays out of the complaint: it is a secret. */
async function witnessAt(path: string, { readInput, files }: ZkWorld): Promise<Read> {
  const bytes = path === '-' ? null : await files.read(path)
  if (path !== '-' && bytes === null) return { ok: false, because: `there is no file ${path}` }
  const text = bytes === null ? await readInput() : new TextDecoder().decode(bytes)
  try {
    return { ok: true, witness: JSON.parse(text) }
  } catch {
    return { ok: false, because: 'the witness is no JSON; of standard input 64 KiB are read, of a file all' }
  }
}
