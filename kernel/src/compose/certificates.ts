/**
 * The certificate a node serves TLS with: read when it starts, and again when its files have changed or somebody asks.
 * A pair that is not sound refuses the start; later it is told, and the one before serves on.
 */

import type { Listener } from '@ron/transport/listener/listener'
import type { TlsOptions } from '@ron/transport/tls/context'
import { clientAuthorities, tlsIdentity } from '@ron/transport/tls/identity'
import type { NodeConfig } from '../config/node-config.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import { readSecretFile, readTextFile, stampOf } from '../system/files.ts'

/** How often the files are looked at. What changed is read when it has stayed the same for as long. */
const lookMs = 1_000

export class Certificates {
  readonly #settings: NodeConfig['tls']
  readonly #clock: Clock
  readonly #log: Log
  readonly #listeners: Listener[] = []
  #options: TlsOptions
  /** Of the files as they were read, and as they were last seen. */
  #read: string
  #seen: string
  #cancel = () => {}

  /** Throws a sentence for the operator that names the file and the fault. */
  constructor(settings: NodeConfig['tls'], clock: Clock, log: Log) {
    this.#settings = settings
    this.#clock = clock
    this.#log = log
    this.#read = this.#stamps()
    this.#seen = this.#read
    this.#options = this.#load()
  }

  get options(): TlsOptions {
    return this.#options
  }

  /** This one serves with them, and with those that come after. */
  served(listener: Listener): void {
    this.#listeners.push(listener)
  }

  /** Looks at the files from time to time. */
  follow(): void {
    this.#cancel = this.#clock.after(lookMs, () => {
      const stamps = this.#stamps()
      if (stamps !== this.#read && stamps === this.#seen) this.reload()
      this.#seen = stamps
      this.follow()
    })
  }

  stop(): void {
    this.#cancel()
  }

  /** Reads the files anew; new connections get what they hold, if it is sound. */
  reload(): void {
    this.#read = this.#stamps()
    const { key } = this.#options.identity
    try {
      const options = this.#load()
      for (const listener of this.#listeners) listener.renewTls(options)
      this.#options = options
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error)
      this.#log.error('the new certificate is not used; the one before serves on', { because })
      return
    }
    key.fill(0)
    this.#log.info('the certificate was read anew', told(this.#options))
  }

  /** Overwrites the key. */
  wipe(): void {
    this.#options.identity.key.fill(0)
  }

  #load(): TlsOptions {
    const { certPath, keyPath, clientCa, minVersion } = this.#settings
    const certificate = textOf('tls.cert_path', certPath)
    const authorities = clientCa === '' ? null : textOf('tls.client_ca', clientCa)
    const key = readSecretFile(keyPath)
    if (!key.ok) throw new Error(`tls.key_path: ${keyPath} ${key.because}`)
    const nowMs = this.#clock.now()
    try {
      return {
        identity: tlsIdentity({ certPath, certificate, keyPath, key: key.bytes }, nowMs),
        minVersion: minVersion === '1.2' ? 'TLSv1.2' : 'TLSv1.3',
        clientAuthorities: authorities === null ? null : clientAuthorities(clientCa, authorities, nowMs),
      }
    } catch (error) {
      key.bytes.fill(0)
      throw error
    }
  }

  #stamps(): string {
    const { certPath, keyPath, clientCa } = this.#settings
    return [certPath, keyPath, clientCa].map(stampOf).join('; ')
  }
}

function textOf(key: string, path: string): string {
  const file = readTextFile(path)
  if (!file.ok) throw new Error(`${key}: ${path} ${file.because}`)
  return file.text
}

function told({ identity: { fingerprint, untilMs } }: TlsOptions): { fingerprint: string; until: string } {
  return { fingerprint, until: new Date(untilMs).toISOString() }
}
