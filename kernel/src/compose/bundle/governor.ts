/**
 * Governs the configuration of a running node: weighs what is offered, carries a change out step by step and back again,
 * and watches it on probation. What follows what is decided by `applying` and `looked`, which are pure; here it happens,
 * and a `Chronicle` tells of it.
 */

import {
  applying,
  notApplying,
  type Applying,
  type ApplyingEvent,
  type ApplyingEffect,
} from '../../bundle/applying.ts'
import type { Present } from '../../bundle/accept.ts'
import { BundleError } from '../../bundle/error.ts'
import type { Past } from '../../bundle/history.ts'
import { verifiedSigners, type Trust } from '../../bundle/verify.ts'
import type { Contract } from '../../contract/contract.ts'
import { Chronicle, configVerb, type ChronicleParts } from './chronicle.ts'
import { readOffer, type Making, type Offer, type Standing } from './standing.ts'
import { stepsBetween, type Doers, type Step } from './steps.ts'
import { actorOf, busy, described, nowhere, type Asking } from './telling.ts'
import { watchProbation, type Watched, type Watching } from './watching.ts'
import { nothingToDo, weigh, type Weighed } from './weighing.ts'

export interface GovernorParts extends Watching, ChronicleParts {
  /** Before any bundle has revoked a signer. */
  readonly trust: Trust
  readonly making: Making
  readonly contracts: readonly Contract[]
  readonly doers: Doers
  readonly nodeVersion: string
}

/** A change that is under way or on probation. */
interface Underway {
  readonly from: Standing
  readonly to: Standing
  readonly steps: readonly Step[]
  readonly asking: Asking
  /** Told once all steps are done, or none is. */
  settled(thrown: BundleError | null): void
}

export class Governor {
  readonly #parts: GovernorParts
  readonly #chronicle: Chronicle
  #state: Applying = notApplying
  #inForce: Standing
  #underway: Underway | null = null
  #probation: Watched | null = null
  #answersBefore = { all: 0, failed: 0 }
  #toldExpired = false

  /** `first` is what the node started with; `base` what it is without a bundle. */
  constructor(parts: GovernorParts, first: Standing, base: Standing) {
    this.#parts = parts
    this.#inForce = first
    this.#chronicle = new Chronicle(parts)
    this.#chronicle.started(first, base)
  }

  get inForce(): Standing {
    return this.#inForce
  }

  get state(): Applying {
    return this.#state
  }

  get history(): readonly Past[] {
    return this.#chronicle.history.past
  }

  /** The versions that can be gone back to; 0 is the node without a bundle. */
  get versions(): readonly number[] {
    return this.#chronicle.history.versions
  }

  /** Null when nothing is on probation. */
  get probationLeftMs(): number | null {
    return this.#probation === null ? null : this.#probation.leftMs()
  }

  get trust(): Trust {
    return { ...this.#parts.trust, revoked: this.#inForce.revoked }
  }

  /** Rejects with a `BundleError` for what is not signed by enough; what else speaks against it is in the answer. */
  async plan(text: string, force: boolean): Promise<Weighed> {
    return this.#weighed(await readOffer(text, this.trust), this.#present(), force)
  }

  /** Resolves when all of it is in force; rejects with a `BundleError` or a `Refusal`, and then nothing has changed. */
  async apply(text: string, asking: Asking): Promise<Weighed> {
    let offer: Offer | null = null
    try {
      this.#chronicle.entering('check', this.#inForce.version)
      offer = await readOffer(text, this.trust)
      this.#chronicle.entering('weigh', offer.bundle.version)
      if (offer.hash === this.#inForce.offer?.hash && asking.source === 'folder')
        return nothingToDo(offer, this.#inForce)
      const weighed = this.#weighed(offer, this.#present(), asking.force)
      await this.#carryOut(weighed, asking, this.#parts.settings.probationMs > 0)
      return weighed
    } catch (thrown) {
      if (thrown instanceof BundleError) this.#chronicle.refused(offer, thrown, asking)
      throw thrown
    }
  }

  /** To that version, or to the one before; during a probation that ends it. */
  async rollback(version: number | null, asking: Asking): Promise<Weighed> {
    const { from } = this.#underway ?? {}
    if (
      this.#state.phase === 'probation' &&
      from !== undefined &&
      (version ?? from.version) === from.version
    ) {
      const weighed = this.#weighed(from.offer, null, true)
      await this.#audited(`back to version ${from.version}`, asking, () => this.#fallen('it was rolled back'))
      return weighed
    }
    const target = this.#chronicle.history.before(this.#inForce.version, version)
    if (target === null || target.version === this.#inForce.version)
      throw nowhere(version, this.#inForce.version, this.versions)
    if (target.offer !== null) await verifiedSigners(target.offer.envelope, this.trust)
    const { nowMs } = this.#present()
    if (target.offer !== null && nowMs >= target.offer.bundle.expiresMs && !asking.force) {
      const because = `version ${target.version} has expired`
      throw new BundleError('bundle.expired', because, 'sign it anew as a higher version, or use --force')
    }
    const weighed = this.#weighed(target.offer, null, true)
    await this.#carryOut(weighed, asking, false)
    return weighed
  }

  /** Tells once that what is in force has expired. */
  look(): void {
    const { offer } = this.#inForce
    const expired = offer !== null && this.#parts.clock.now() >= offer.bundle.expiresMs
    if (expired && !this.#toldExpired) {
      const fix = 'sign a higher version; this one stays in force until then'
      this.#parts.log.warn('the config bundle in force has expired', { version: offer.bundle.version, fix })
    }
    this.#toldExpired = expired
  }

  stop(): void {
    this.#probation?.end()
  }

  get #isFree(): boolean {
    return this.#state.phase === 'idle' || this.#state.phase === 'torn'
  }

  #present(): Present {
    const { clock, nodeVersion, settings } = this.#parts
    const { offer } = this.#inForce
    return {
      nowMs: clock.now(),
      nodeVersion,
      current: offer?.bundle ?? null,
      versionMin: settings.versionMin,
    }
  }

  #weighed(offer: Offer | null, present: Present | null, force: boolean): Weighed {
    const { trust, making, contracts } = this.#parts
    return weigh(offer, { from: this.#inForce, trust, making, contracts }, present, force)
  }

  async #carryOut({ to, settings, objections }: Weighed, asking: Asking, watched: boolean): Promise<void> {
    const [objection] = objections
    if (objection !== undefined) throw objection
    if (to === null) throw new TypeError('a bundle without objections makes a standing')
    if (!this.#isFree) throw this.#busy()
    const from = this.#inForce
    await this.#audited(described(to), asking, async () => {
      // While its beginning was put on record, somebody else may have begun as well.
      if (this.#inForce !== from || !this.#isFree) throw this.#busy()
      this.#chronicle.entering('begin', to.version)
      const steps = stepsBetween(from, to, settings, this.#parts.doers)
      await new Promise<void>((resolve, reject) => {
        const settled = (thrown: BundleError | null) => (thrown === null ? resolve() : reject(thrown))
        this.#underway = { from, to, steps, asking, settled }
        this.#feed({ kind: 'begin', steps: steps.length, watched })
      })
    })
  }

  #audited(target: string, asking: Asking, work: () => void | Promise<void>): Promise<void> {
    return this.#parts.audit.around(
      { ...actorOf(asking), verb: configVerb, target: `config ${target}` },
      work,
    )
  }

  #feed(event: ApplyingEvent): void {
    const [state, effects] = applying(this.#state, event)
    this.#state = state
    for (const effect of effects) this.#carryEffect(effect)
  }

  #carryEffect(effect: ApplyingEffect): void {
    const underway = this.#underway
    if (underway === null) return
    switch (effect.kind) {
      case 'do':
        return this.#step(underway, effect.step, 'do')
      case 'undo':
        this.#parts.clock.after(effect.inMs, () => this.#step(underway, effect.step, 'undo'))
        return
      case 'announce':
        return this.#announce(underway)
      case 'watch':
        return this.#watch(underway)
      case 'kept':
        return this.#kept(underway)
      case 'undone':
        return this.#undone(underway, effect.because)
      case 'torn': {
        const fix = 'apply a bundle again, or start the process anew'
        this.#parts.log.error('the configuration is torn', { because: effect.because, fix })
        return underway.settled(new BundleError('bundle.step', effect.because, fix))
      }
      case 'busy':
        return underway.settled(this.#busy())
    }
  }

  #step({ to, steps }: Underway, at: number, how: 'do' | 'undo'): void {
    const step = steps[at]
    if (step === undefined) throw new TypeError('a change has the steps it began with')
    this.#chronicle.entering(how, to.version, step.name)
    void step[how]().then(
      () => this.#feed({ kind: 'did' }),
      (thrown: unknown) => {
        const because = `${step.name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`
        this.#parts.log.warn('a step of a change of configuration failed', { step: step.name, how, because })
        this.#feed({ kind: 'failed', because })
      },
    )
  }

  #announce({ from, to, asking, settled }: Underway): void {
    this.#answersBefore = this.#parts.answers.counted
    this.#inForce = to
    this.#chronicle.inForce(from, to, asking)
    settled(null)
  }

  #kept({ to }: Underway): void {
    this.#underway = null
    this.#chronicle.kept(to)
  }

  #watch({ to }: Underway): void {
    this.#chronicle.entering('watch', to.version)
    this.#probation = watchProbation(this.#parts, this.#answersBefore, (because) => {
      this.#probation = null
      if (because === null) this.#feed({ kind: 'held' })
      else this.#fallen(because)
    })
  }

  #fallen(because: string): void {
    this.#chronicle.entering('fall', this.#inForce.version)
    this.#probation?.end()
    this.#probation = null
    this.#feed({ kind: 'fell', because })
  }

  #undone({ from, to, asking: { source }, settled }: Underway, because: string): void {
    this.#underway = null
    if (this.#inForce === to) {
      this.#inForce = from
      return this.#chronicle.rolledBack(from, to, source, because)
    }
    this.#chronicle.failed(to, source, because)
    const fix = 'the configuration is as it was; look at the service it names, then apply the bundle again'
    settled(new BundleError('bundle.step', `nothing was changed: ${because}`, fix))
  }

  #busy(): BundleError {
    return busy(this.#inForce.version, this.probationLeftMs)
  }
}
