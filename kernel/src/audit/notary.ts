/**
 * Signs checkpoints of the audit log, each of which must continue the one before: a service that loses or rewrites
 * what it had gets no signature for it. While its key is replaced, the one before signs as well, so that whoever
 * knows either can verify. The keys are the kernel's and go nowhere.
 */

import { Refusal } from '../contract/refusals.ts'
import { checkpointText } from '../tlog/checkpoint.ts'
import { emptyRoot } from '../tlog/hash.ts'
import { noteOf, type NoteSigner } from '../tlog/note.ts'
import { provesConsistency } from '../tlog/proof.ts'

/** A log by its name, and how far it was signed under that. */
export interface SignedLog {
  /** The first line of each checkpoint. */
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

/** What the service says of its log, and the proof that it continues what it was. */
export interface Head {
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

export interface SignedHead {
  readonly size: number
  /** The whole note, with one more line. */
  extended(line: string): string
}

export class Notary {
  readonly #signers: () => readonly [NoteSigner, ...NoteSigner[]]
  /** The first line of each checkpoint. */
  readonly origin: string
  readonly #head: (from: number) => Promise<Head>
  #signed: Omit<SignedLog, 'origin'>
  #signing: Promise<string> | null = null

  /**
   * `signers` are those whose keys are good now, the one that is in use first. `origin` names the log, and no log
   * before or after it. `head` asks for the log's head with the proof from that size on, and `signed` is what was
   * signed under that name before.
   */
  constructor(
    signers: () => readonly [NoteSigner, ...NoteSigner[]],
    origin: string,
    head: (from: number) => Promise<Head>,
    signed: Omit<SignedLog, 'origin'> = { size: 0, root: emptyRoot },
  ) {
    this.#signers = signers
    this.origin = origin
    this.#head = head
    this.#signed = signed
  }

  /** The last head that was signed, in bytes of its own. */
  get signed(): SignedLog {
    const { size, root } = this.#signed
    return { origin: this.origin, size, root: Uint8Array.from(root) }
  }

  /** Whoever asks while one is made gets that one. Rejects with a `Refusal` when the log does not continue. */
  checkpoint(): Promise<string> {
    this.#signing ??= this.#sign().finally(() => {
      this.#signing = null
    })
    return this.#signing
  }

  /**
   * The head as it is signed now, for one more line to be signed behind its root (tlog-checkpoint's extension lines): what
   * is not known yet when the head is signed, and is of that head.
   */
  async head(): Promise<SignedHead> {
    await this.checkpoint()
    const { size, root } = this.#signed
    const text = checkpointText({ origin: this.origin, size, root })
    return { size, extended: (line) => this.#note(`${text}${line}\n`) }
  }

  async #sign(): Promise<string> {
    const { size: from, root: fromRoot } = this.#signed
    const { size, root, proof } = await this.#head(from)
    if (!provesConsistency({ from, to: size, fromRoot, toRoot: root }, proof)) {
      const message = `the audit log does not continue what was signed at ${from} entries; it gets no signature`
      throw new Refusal('IntegrityFail', message)
    }
    this.#signed = { size, root }
    return this.#note(checkpointText({ origin: this.origin, size, root }))
  }

  #note(text: string): string {
    return noteOf(
      text,
      this.#signers().map((signer) => signer.line(text)),
    )
  }
}
