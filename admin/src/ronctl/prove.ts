/** `ronctl prove`: has the proof run by a script of this project, signs what it says, and verifies such reports. */

import { generateKeyPairSync } from 'node:crypto'
import { envelopeText, parseEnvelope } from '@ron/kernel/bundle/dsse'
import {
  parsePrivateSigner,
  parseSigner,
  publicOf,
  signerPem,
  type PrivateSigner,
} from '@ron/kernel/bundle/keys'
import { mlDsaPublic } from '@ron/kernel/bundle/ml-dsa'
import { signed } from '@ron/kernel/bundle/sign'
import { verifiedSigners } from '@ron/kernel/bundle/verify'
import { amnesiaType, parseStatement, statementText } from './amnesia-statement.ts'
import type { SigningFiles } from './config-sign.ts'
import type { DrillWorld } from './drill.ts'
import type { PrivateFiles } from './in-context.ts'
import { answered, exitCodes, failed, type Outcome } from './outcome.ts'
import { visible } from './plain.ts'
import type { ProveInvocation } from './prove-program.ts'

export interface ProveWorld extends Pick<DrillWorld, 'environment' | 'runScript'> {
  readonly files: SigningFiles & PrivateFiles
}

export function provenOutcome(invocation: ProveInvocation, world: ProveWorld): Promise<Outcome> {
  return invocation.name === 'prove verify' ? verified(invocation, world) : proven(invocation, world)
}

async function proven(
  { key, out }: Extract<ProveInvocation, { name: 'prove amnesia' }>,
  { environment, files, runScript }: ProveWorld,
): Promise<Outcome> {
  // Before the proof, which takes a while.
  const signer = key === null ? freshSigner() : await signerIn(key, files)
  const ran = await runScript('prove-amnesia.mjs', [], { PATH: environment['PATH'] ?? '' })
  if (ran === null)
    return failed('scripts/prove-amnesia.mjs is not there; it comes with the sources of the node')
  const text = ran.stdout.trim()
  if (text === '') return failed(visible(ran.stderr.trim()) || `the proof ended with code ${ran.code}`)
  const statement = parseStatement(text)
  const envelope = await signed(
    { payloadType: amnesiaType, payload: Buffer.from(text), signatures: [] },
    signer,
  )
  const publicKey = publicOf(signer.ed25519)
  const mlDsa = signer.mlDsaSeed === null ? null : await mlDsaPublic(signer.mlDsaSeed)
  await files.write(out, Buffer.from(envelopeText(envelope)))
  await files.write(`${out}.pub`, Buffer.from(signerPem({ ed25519: publicKey, mlDsa })))
  const whose = key === null ? 'a key made for it' : key
  const told = visible(
    `${out} is signed with ${whose}, whose public half is ${out}.pub, key id ${publicKey.id}`,
  )
  return answered(
    `${statementText(statement)}\n${told}`,
    {
      ok: statement.verdict === 'pass',
      report: out,
      key: `${out}.pub`,
      id: publicKey.id,
      statement: statement.whole,
    },
    statement.verdict === 'pass' ? exitCodes.ok : exitCodes.no,
  )
}

async function verified(
  { report, key }: Extract<ProveInvocation, { name: 'prove verify' }>,
  { files }: ProveWorld,
): Promise<Outcome> {
  const envelope = parseEnvelope(await textIn(report, files))
  if (envelope.payloadType !== amnesiaType)
    return failed(visible(`${report} is of type ${envelope.payloadType}, and no proof of amnesia`))
  const signer = parseSigner(key, await textIn(key, files))
  const trust = { signers: [signer], threshold: 1, hybrid: signer.mlDsa !== null, revoked: new Set<string>() }
  await verifiedSigners(envelope, trust)
  const statement = parseStatement(new TextDecoder('utf-8', { fatal: true }).decode(envelope.payload))
  return answered(
    `${statementText(statement)}\n${visible(`signed by ${key}, key id ${signer.ed25519.id}`)}`,
    { ok: statement.verdict === 'pass', id: signer.ed25519.id, statement: statement.whole },
    statement.verdict === 'pass' ? exitCodes.ok : exitCodes.no,
  )
}

function freshSigner(): PrivateSigner {
  return { ed25519: generateKeyPairSync('ed25519').privateKey, mlDsaSeed: null }
}

async function signerIn(path: string, files: PrivateFiles): Promise<PrivateSigner> {
  const pem = await files.readPrivate(path)
  if (pem === null) throw new Error(`${path} is missing`)
  return parsePrivateSigner(new TextDecoder().decode(pem))
}

async function textIn(path: string, files: SigningFiles): Promise<string> {
  const bytes = await files.read(path)
  if (bytes === null) throw new Error(`${path} is missing`)
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}
