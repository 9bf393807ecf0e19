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

/** Who wants a proof, and the nonce he gave for it: 16 bytes in hex. */
export interface ZkOccasion {
  readonly verifier: string
  readonly nonce: string
}

const nonceHex = /^[0-9a-f]{32}$/i
const nonceFault = '--nonce is 16 bytes in hex, 32 digits'
/** So many bytes modulo r are as good as even. */
const scalarChanceBytes = 64

export async function zkOutcome(
  invocation: Extract<ZkInvocation, { readonly name: 'zk circuits' | 'zk prove' }>,
  world: ZkWorld,
): Promise<Outcome> {
  const { provable, proveStatement } = await import('@ron/services/zk-verify/proving/statements')
  const { WitnessFault } = await import('@ron/services/zk-verify/proving/witness')
  const known = provable.map(({ circuit }) => circuit)
  if (invocation.name === 'zk circuits') {
    const pins = provable.map(({ circuit, keyHash }) => `${circuit}@${keyHash}`)
    return answered(pins.join('\n'), { ok: true, circuits: pins })
  }
  const { circuit, nonce } = invocation
  const stark = await import('@ron/services/zk-verify/proving/stark/statement')
  const isStark = circuit === stark.starkProvable.circuit
  const own = known.find((id) => id === circuit)
  if (own === undefined && !isStark) {
    const all = [...known, stark.starkProvable.circuit]
    return failed(`there is no circuit ${circuit}; there are ${all.join(', ')}`)
  }
  if (!nonceHex.test(nonce)) return failed(nonceFault)
  const read = await witnessAt(invocation.witness, world)
  if (!read.ok) return failed(read.because)
  const occasion = { verifier: invocation.verifier, nonce: Buffer.from(nonce, 'hex') }
  try {
    if (own === undefined)
      return provenOutcome(circuit, nonce, stark.proveStark(read.witness, occasion, world.chance))
    const proven = proveStatement(own, read.witness, occasion, () => scalarBy(world.chance))
    const header = headerOf(provable, own, nonce.toLowerCase(), proven.inputs, proven.proof)
    return provenOutcome(own, nonce, proven, header)
  } catch (thrown) {
    if (thrown instanceof WitnessFault) return failed(thrown.message)
    throw thrown
  }
}

/** What `POST /zk/verify` takes, and the header for the wall; none where a proof is too long for one. */
function provenOutcome(
  circuit: string,
  nonce: string,
  proven: { readonly inputs: readonly string[]; readonly proof: Uint8Array },
  header?: string,
): Outcome {
  const { inputs } = proven
  const proof = Buffer.from(proven.proof).toString('base64')
  const lines = [
    ...inputs.map((input) => `input  ${input}`),
    `nonce  ${nonce}`,
    `proof  ${proof}`,
    ...(header === undefined ? [] : [`header ${header}`]),
  ]
  const told = { circuit, inputs, nonce, proof, ...(header === undefined ? {} : { header }) }
  return answered(lines.join('\n'), { ok: true, ...told })
}

/**
 * That an event is under a root, by its place. Rejects with an Error in a sentence where the nonce is none or the place
 * cannot be one.
 */
export async function provenInclusion(
  witness: { readonly event: string; readonly place: unknown },
  { verifier, nonce }: ZkOccasion,
  chance: ZkWorld['chance'],
): Promise<{ readonly root: string; readonly proof: Uint8Array }> {
  if (!nonceHex.test(nonce)) throw new Error(nonceFault)
  const { proveStatement } = await import('@ron/services/zk-verify/proving/statements')
  const occasion = { verifier, nonce: Buffer.from(nonce, 'hex') }
  const { inputs, proof } = proveStatement('audit-inclusion', witness, occasion, () => scalarBy(chance))
  return { root: inputs[0] ?? '', proof }
}

function scalarBy(chance: ZkWorld['chance']): bigint {
  return BigInt(`0x${Buffer.from(chance(scalarChanceBytes)).toString('hex')}`)
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
