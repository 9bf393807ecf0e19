/**
 * The certificate a node serves TLS with: read when it starts, and again when its files have changed or somebody asks.
 * A pair that is not sound refuses the start; later it is told, and the one before serves on.
 */

import type { Listener } from '@ron/transport/listener/listener'
import type { TlsOptions } from '@ron/transport/tls/context'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import { keysOf, readTls, stampsOf, type TlsSettings } from './certificate-files.ts'

/** How often the files are looked at. What changed is read when it has stayed the same for as long. */
const lookMs = 1_000

export class Certificates {
  readonly #settings: TlsSettings
  readonly #clock: Clock
  readonly #log: Log
  readonly #listeners: Listener[] = []
  #options: TlsOptions
  /** Of the files as they were read, and as they were last seen. */
  #read: string
  #seen: string
  /** When the next of what is stapled ends, in milliseconds since the epoch. */
  #stapledUntilMs = Infinity
  #cancel = () => {}

  /** Throws a sentence for the operator that names the file and the fault. */
  constructor(settings: TlsSettings, clock: Clock, log: Log) {
    this.#settings = settings
    this.#clock = clock
    this.#log = log
    this.#read = stampsOf(settings)
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
      const stamps = stampsOf(this.#settings)
      if (stamps !== this.#read && stamps === this.#seen) this.reload()
      else if (this.#clock.now() >= this.#stapledUntilMs) this.#tellStale()
      this.#seen = stamps
      this.follow()
    })
  }

  stop(): void {
    this.#cancel()
  }

  /** Reads the files anew; new connections get what they hold, if it is sound. */
  reload(): void {
    this.#read = stampsOf(this.#settings)
    const before = this.#options
    try {
      const options = this.#load()
      for (const listener of this.#listeners) listener.renewTls(options)
      this.#options = options
    } catch (error) {
      const because = error instanceof Error ? error.message : String(error)
      this.#log.error('the new certificate is not used; the one before serves on', { because })
      return
    }
    wiped(before)
    this.#log.info('the certificate was read anew', told(this.#options))
  }

  /** Overwrites the keys. */
  wipe(): void {
    wiped(this.#options)
  }

  #load(): TlsOptions {
    const { options, objections } = readTls(this.#settings, this.#clock.now())
    for (const because of objections) this.#log.error('an OCSP answer is not stapled', { because })
    this.#stapledUntilMs = Math.min(...[...options.staples.values()].map(({ untilMs }) => untilMs))
    return options
  }

  /** Listeners see for themselves that it ended; whoever was to fetch a new one is told. */
  #tellStale(): void {
    const nowMs = this.#clock.now()
    const ends = [...this.#options.staples.values()].map(({ untilMs }) => untilMs)
    const because = `it ended at ${new Date(this.#stapledUntilMs).toISOString()}; fetch a new one`
    this.#log.error('an OCSP answer is not stapled', { because })
    this.#stapledUntilMs = Math.min(...ends.filter((untilMs) => untilMs > nowMs))
  }
}

function wiped(options: TlsOptions): void {
  for (const key of keysOf(options)) key.fill(0)
}

function told({ identity: { fingerprint, untilMs }, others, staples }: TlsOptions) {
  const until = new Date(untilMs).toISOString()
  return { fingerprint, until, server_names: others.size, stapled: staples.size }
}
