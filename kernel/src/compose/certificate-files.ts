/**
 * The files of TLS as settings name them, read into what a listener serves with: a pair for everybody, pairs for the
 * names of servers, authorities of clients, and what authorities say of the node's own certificates.
 */

import { clientAuthorities, tlsIdentity, type TlsIdentity } from '@ron/transport/tls/identity'
import { stapleOf, type Staple } from '@ron/transport/tls/ocsp'
import type { TlsOptions } from '@ron/transport/tls/context'
import type { NodeConfig } from '../config/node-config.ts'
import { listFolder, readFileBytes, readSecretFile, readTextFile, stampOf } from '../system/files.ts'

export type TlsSettings = NodeConfig['tls']

/** Pairs in the folder; each is parsed, and has a context of its own. */
const pairsMax = 64
const [certificateEnding, keyEnding, ocspEnding] = ['.pem', '.key', '.ocsp'] as const

export interface Read {
  readonly options: TlsOptions
  /** What is wrong with answers of OCSP, a sentence each. They are not stapled, and all else is served. */
  readonly objections: readonly string[]
}

/** Where a certificate, its key and what is stapled to it are. */
interface Pair {
  readonly certPath: string
  readonly keyPath: string
  /** Null for nowhere. */
  readonly ocspPath: string | null
}

/** Throws a sentence for the operator that names the file and the fault. */
export function readTls(settings: TlsSettings, nowMs: number): Read {
  const { clientCa, minVersion } = settings
  const identities: TlsIdentity[] = []
  try {
    const own = pairOf(settings)
    const identity = identityOf(own, 'tls.cert_path', 'tls.key_path', nowMs)
    identities.push(identity)
    const staples = new Map<string, Staple>()
    const objections: string[] = []
    const staple = (pair: Pair, of: TlsIdentity) => {
      try {
        const found = stapled(pair, of, nowMs)
        if (found !== null) staples.set(of.fingerprint, found)
      } catch (error) {
        objections.push(error instanceof Error ? error.message : String(error))
      }
    }
    staple(own, identity)
    const others = new Map<string, TlsIdentity>()
    for (const pair of pairsOf(settings)) {
      const other = identityOf(pair, 'tls.sni_folder', 'tls.sni_folder', nowMs)
      identities.push(other)
      named(others, pair, other)
      staple(pair, other)
    }
    const authorities = clientCa === '' ? null : textOf('tls.client_ca', clientCa)
    const options = {
      identity,
      others,
      staples,
      minVersion: minVersion === '1.2' ? 'TLSv1.2' : 'TLSv1.3',
      clientAuthorities: authorities === null ? null : clientAuthorities(clientCa, authorities, nowMs),
    } as const
    return { options, objections }
  } catch (error) {
    for (const { key } of identities) key.fill(0)
    throw error
  }
}

/** What changes when one of the files does. */
export function stampsOf(settings: TlsSettings): string {
  const { certPath, keyPath, clientCa, ocspPath, sniFolder } = settings
  const listed = [certificateEnding, keyEnding, ocspEnding].map((ending) => {
    const folder = sniFolder === '' ? null : listFolder(sniFolder, ending, pairsMax)
    if (folder === null) return ''
    return folder.ok ? folder.files.map(({ name, stamp }) => `${name} ${stamp}`).join(', ') : folder.because
  })
  return [...[certPath, keyPath, clientCa, ocspPath].map(stampOf), ...listed].join('; ')
}

/** All keys that are served with. */
export function keysOf({ identity, others }: TlsOptions): readonly Uint8Array[] {
  return [identity, ...new Set(others.values())].map(({ key }) => key)
}

function pairOf({ certPath, keyPath, ocspPath }: TlsSettings): Pair {
  return { certPath, keyPath, ocspPath: ocspPath === '' ? null : ocspPath }
}

function pairsOf({ sniFolder }: TlsSettings): readonly Pair[] {
  if (sniFolder === '') return []
  const names = (ending: string) => {
    const listed = listFolder(sniFolder, ending, pairsMax)
    if (!listed.ok) throw new Error(`tls.sni_folder: ${sniFolder} ${listed.because}`)
    return listed.files.map(({ name }) => name.slice(0, -ending.length))
  }
  const [certificates, keys, answers] = [certificateEnding, keyEnding, ocspEnding].map(names)
  const stray = [...(keys ?? []), ...(answers ?? [])].find((name) => certificates?.includes(name) !== true)
  if (stray !== undefined) {
    throw new Error(
      `tls.sni_folder: ${sniFolder} has no ${stray}${certificateEnding} for what is beside it; add it`,
    )
  }
  return (certificates ?? []).map((name) => ({
    certPath: `${sniFolder}/${name}${certificateEnding}`,
    keyPath: `${sniFolder}/${name}${keyEnding}`,
    ocspPath: answers?.includes(name) === true ? `${sniFolder}/${name}${ocspEnding}` : null,
  }))
}

function identityOf(
  { certPath, keyPath }: Pair,
  certKey: string,
  keyKey: string,
  nowMs: number,
): TlsIdentity {
  const certificate = textOf(certKey, certPath)
  const key = readSecretFile(keyPath)
  if (!key.ok) throw new Error(`${keyKey}: ${keyPath} ${key.because}`)
  try {
    return tlsIdentity({ certPath, certificate, keyPath, key: key.bytes }, nowMs)
  } catch (error) {
    key.bytes.fill(0)
    throw error
  }
}

/** Gives the identity all its names, none of which is another's. */
function named(others: Map<string, TlsIdentity>, { certPath }: Pair, identity: TlsIdentity): void {
  if (identity.names.length === 0)
    throw new Error(`tls.sni_folder: ${certPath} has no DNS name, so nobody would ever get it; take it out`)
  for (const name of identity.names) {
    if (others.has(name))
      throw new Error(`tls.sni_folder: ${certPath} is for ${name}, and so is another pair; keep one of them`)
    others.set(name, identity)
  }
}

function stapled({ ocspPath }: Pair, { chain }: TlsIdentity, nowMs: number): Staple | null {
  if (ocspPath === null) return null
  const answer = readFileBytes(ocspPath)
  if (!answer.ok) throw new Error(`the OCSP answer in ${ocspPath} ${answer.because}`)
  return stapleOf(ocspPath, answer.bytes, chain, nowMs)
}

function textOf(key: string, path: string): string {
  const file = readTextFile(path)
  if (!file.ok) throw new Error(`${key}: ${path} ${file.because}`)
  return file.text
}
