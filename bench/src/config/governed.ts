/** A node that takes signed bundles, and bundles for it, signed as ronctl signs them. */

import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { envelopeText } from '@ron/kernel/bundle/dsse'
import { mlDsaPublic } from '@ron/kernel/bundle/ml-dsa'
import { publicOf, signerPem } from '@ron/kernel/bundle/keys'
import { payloadOf, payloadType, type Bundle } from '@ron/kernel/bundle/manifest'
import { signed } from '@ron/kernel/bundle/sign'
import { startNode, type Server } from '../child.ts'

export interface Governed {
  readonly node: Server
  sign(version: number, parts: Bundle['parts']): Promise<string>
  /** Milliseconds from the request to the answer that says it is in force. */
  apply(bundle: string): Promise<number>
  stop(): Promise<void>
}

const dayMs = 86_400_000

export async function startGoverned(hybrid: boolean): Promise<Governed> {
  const folder = mkdtempSync(join(tmpdir(), 'ron-bench-'))
  const ed25519 = generateKeyPairSync('ed25519').privateKey
  const mlDsaSeed = hybrid ? new Uint8Array(32).fill(7) : null
  const mlDsa = mlDsaSeed === null ? null : await mlDsaPublic(mlDsaSeed)
  const path = join(folder, 'signer.pem.pub')
  writeFileSync(path, signerPem({ ed25519: publicOf(ed25519), mlDsa }))
  const settings = [
    `bundle.signers=${path}`,
    `bundle.hybrid=${hybrid}`,
    'bundle.probation=0s',
    'node.audit=true',
  ]
  const node = await startNode(settings)
  return {
    node,
    async sign(version, parts) {
      const createdMs = Math.floor(performance.timeOrigin)
      const bundle = { version, createdMs, expiresMs: createdMs + dayMs, minNode: '0.1.0', parts }
      const unsigned = { payloadType, payload: payloadOf(bundle), signatures: [] }
      return envelopeText(await signed(unsigned, { ed25519, mlDsaSeed }))
    },
    async apply(body) {
      const headers = { authorization: `Bearer ${node.token}` }
      const from = performance.now()
      const reply = await fetch(`${node.admin}/api/v1/config/apply`, { method: 'POST', headers, body })
      if (!reply.ok) throw new Error(`a bundle was not taken: ${await reply.text()}`)
      return performance.now() - from
    },
    async stop() {
      await node.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
