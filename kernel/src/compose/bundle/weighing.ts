/**
 * What would come of a bundle: the plan of its change, and everything that speaks against it, all at once, so that
 * `config plan` shows in one look what `config apply` would stumble over one by one.
 */

import type { ConfigPlan } from '@ron/admin/config'
import { insistAcceptable, type Present } from '../../bundle/accept.ts'
import { BundleError } from '../../bundle/error.ts'
import type { Trust } from '../../bundle/verify.ts'
import { settingsPlan, type SettingsPlan } from '../../config/plan.ts'
import type { Contract } from '../../contract/contract.ts'
import { lockout, standingOf, type Making, type Offer, type Standing } from './standing.ts'

export interface Weighed {
  readonly offer: Offer | null
  /** Null when the bundle holds what the node cannot be; an objection says what. */
  readonly to: Standing | null
  readonly settings: SettingsPlan
  readonly objections: readonly BundleError[]
}

export interface Scales {
  readonly from: Standing
  readonly trust: Trust
  readonly making: Making
  readonly contracts: readonly Contract[]
}

/** `force` leaves out that the operator would lock himself out. Null for `present`: time and version are no matter. */
export function weigh(
  offer: Offer | null,
  { from, trust, making, contracts }: Scales,
  present: Present | null,
  force: boolean,
): Weighed {
  const objections: BundleError[] = []
  const attempt = <Result>(work: () => Result): Result | null => {
    try {
      return work()
    } catch (thrown) {
      if (!(thrown instanceof BundleError)) throw thrown
      objections.push(thrown)
      return null
    }
  }
  if (present !== null && offer !== null) attempt(() => insistAcceptable(offer.bundle, present))
  const to = attempt(() => standingOf(offer, making))
  const settings = to === null ? noChange : settingsPlan(from.loaded, to.loaded, contracts)
  if (settings.needsProcess.length > 0) objections.push(needsProcess(settings.needsProcess))
  const locked = to === null || force ? null : lockout(to, trust)
  if (locked !== null) objections.push(locked)
  return { offer, to, settings, objections }
}

/** It is in force already. */
export function nothingToDo(offer: Offer, to: Standing): Weighed {
  return { offer, to, settings: noChange, objections: [] }
}

const noChange: SettingsPlan = { changes: [], restarts: [], drops: [], needsProcess: [] }

export function planView({ offer, to, settings, objections }: Weighed, from: Standing): ConfigPlan {
  const { changes, restarts, drops, needsProcess: process } = settings
  return {
    ok: objections.length === 0,
    version: offer?.bundle.version ?? 0,
    from_version: from.version,
    hash: offer?.hash ?? '',
    signers: offer?.signers ?? [],
    expires: offer === null ? null : new Date(offer.bundle.expiresMs).toISOString(),
    changes: changes.map(({ key, from, to, takes, source }) => ({ key, from, to, takes, source })),
    policy_changes: to !== null && to.policyText !== from.policyText,
    revokes: to === null ? [] : [...to.revoked].filter((id) => !from.revoked.has(id)),
    restarts,
    drops,
    needs_process: process,
    refusals: objections.map(({ rule, message, fix }) => ({ rule, because: message, fix })),
  }
}

function needsProcess(keys: readonly string[]): BundleError {
  const because = `${keys.join(', ')} cannot change in a running process, so nothing of the bundle was applied`
  const fix =
    'start the process anew with this bundle (--bundle FILE, or bundle.folder), or leave those settings out; ' +
    'what a start takes is not on probation, so keep the bundle before at hand'
  return new BundleError('bundle.process', because, fix)
}
