/**
 * Tells what became of a bundle: to the history, the bus, the audit log and the log. One hand writes all four, so that
 * they agree; it decides nothing.
 */

import { byKernel, type Audit } from '../../audit/audit.ts'
import type { BundleError } from '../../bundle/error.ts'
import { History, type Past } from '../../bundle/history.ts'
import type { ChangeStage } from '../../bundle/stages.ts'
import type { Bus } from '../../bus/bus.ts'
import type { Act } from '../../contract/acts.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Offer, Standing } from './standing.ts'
import { actorOf, described, type Asking } from './telling.ts'

export const configVerb = 'config.admin'

export interface ChronicleParts {
  readonly audit: Audit
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
}

export class Chronicle {
  readonly #parts: ChronicleParts
  readonly history = new History<Standing>()

  constructor(parts: ChronicleParts) {
    this.#parts = parts
  }

  /** A change enters a stage. `step` is the step that is done or undone. */
  entering(stage: ChangeStage, version: number, step?: string): void {
    this.#parts.log.debug('change of configuration', { stage, version, step })
  }

  /** What a process begins with, whatever the one before it was doing; `base` is the node without a bundle. */
  started(first: Standing, base: Standing): void {
    this.history.keep(base)
    if (first.offer !== null) this.history.keep(first)
    this.#remember(first, 'in force', 'start', '')
    this.#note('config.start', 'done', first)
  }

  inForce(from: Standing, to: Standing, asking: Asking): void {
    const { log } = this.#parts
    this.entering('announce', to.version)
    this.#remember(to, 'in force', asking.source, '')
    const { version, offer } = to
    log.info('configuration in force', { version, hash: offer?.hash, signers: offer?.signers })
    this.#published(to)
    const kind = version < from.version ? 'config.rollback' : 'config.apply'
    this.#note(kind, 'done', to, actorOf(asking))
  }

  kept(to: Standing): void {
    this.entering('keep', to.version)
    this.history.keep(to)
    this.#remember(to, 'kept', 'probation', '')
    this.#note('config.keep', 'done', to)
  }

  rolledBack(from: Standing, to: Standing, source: string, because: string): void {
    this.entering('restore', from.version)
    this.#remember(to, 'rolled back', source, because)
    const { version } = from
    this.#parts.log.error('configuration rolled back', { from: to.version, version, because })
    this.#published(from)
    this.#note('config.rollback', 'done', from)
  }

  /** Its steps could not be done, and are undone. */
  failed(to: Standing, source: string, because: string): void {
    this.entering('restore', to.version)
    this.#remember(to, 'failed', source, because)
  }

  /** `offer` is null for what is no bundle. */
  refused(offer: Offer | null, { rule, message }: BundleError, asking: Asking): void {
    const { audit, log } = this.#parts
    const bundle = offer === null ? null : { version: offer.bundle.version, offer }
    // That a step failed is remembered already.
    if (rule !== 'bundle.step')
      this.#remember(bundle ?? { version: 0, offer }, 'refused', asking.source, message)
    log.warn('a config bundle was refused', { rule, because: message, source: asking.source })
    const target = bundle === null ? 'an unknown bundle' : described(bundle)
    audit.note({
      ...actorOf(asking),
      kind: 'config.refuse',
      outcome: 'refused',
      verb: configVerb,
      rule,
      target,
    })
  }

  #published({ version }: Standing): void {
    this.entering('event', version)
    this.#parts.bus.publish({ kind: 'ConfigUpdated', version })
    this.entering('record', version)
  }

  #note(
    kind: Act['kind'],
    outcome: Act['outcome'],
    standing: Standing,
    actor: Pick<Act, 'subject' | 'tenant' | 'traceId'> = byKernel,
  ): void {
    this.#parts.audit.note({ ...actor, kind, outcome, verb: configVerb, target: described(standing) })
  }

  #remember(
    { version, offer }: Pick<Standing, 'version' | 'offer'>,
    outcome: Past['outcome'],
    source: string,
    because: string,
  ): void {
    const { hash = '', signers = [] } = offer ?? {}
    const atMs = this.#parts.clock.now()
    this.history.add({ version, hash, signers, atMs, outcome, source, because })
  }
}
