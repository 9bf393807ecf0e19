/** The governed configuration as the admin surface shows and changes it. */

import type { Config, ConfigStatus } from '@ron/admin/config'
import type { Loaded } from '../../config/load.ts'
import { driftOf } from './drift.ts'
import type { Governor } from './governor.ts'
import { refusalOf } from './refusing.ts'
import type { Doers } from './steps.ts'
import { planView } from './weighing.ts'

/** `reread` reads the configuration as it would be at a start now, under the bundle in force. */
export function configView(
  governor: Governor,
  reread: () => Loaded,
  doers: Doers,
  nowMs: () => number,
): Config {
  return {
    status: () => statusOf(governor, nowMs()),
    plan: (text, force) => refusing(async () => planView(await governor.plan(text, force), governor.inForce)),
    apply: (text, force, by) =>
      refusing(async () => {
        const from = governor.inForce
        return planView(await governor.apply(text, { ...by, source: 'admin', force }), from)
      }),
    rollback: (version, force, by) =>
      refusing(async () => {
        const from = governor.inForce
        return planView(await governor.rollback(version, { ...by, source: 'admin', force }), from)
      }),
    history: () => ({
      versions: governor.versions,
      items: governor.history.map(({ atMs, ...past }) => ({ at: new Date(atMs).toISOString(), ...past })),
    }),
    drift: () => refusing(() => driftOf(governor.inForce, reread(), doers)),
  }
}

function statusOf(governor: Governor, nowMs: number): ConfigStatus {
  const { inForce, state, trust, probationLeftMs } = governor
  const { offer, version, revoked } = inForce
  const standing = (name: string) => {
    const signer = trust.signers.find((each) => each.name === name)
    return signer !== undefined && !revoked.has(signer.ed25519.id)
  }
  const left = offer?.signers.filter(standing) ?? []
  return {
    governed: offer !== null,
    version,
    hash: offer?.hash ?? '',
    signers: offer?.signers ?? [],
    expires: offer === null ? null : new Date(offer.bundle.expiresMs).toISOString(),
    phase: state.phase,
    because: state.because,
    probation_left_ms: probationLeftMs === null ? null : Math.round(probationLeftMs),
    threshold: trust.threshold,
    hybrid: trust.hybrid,
    trusted: trust.signers.map(({ name, ed25519 }) => ({
      name,
      id: ed25519.id,
      revoked: revoked.has(ed25519.id),
    })),
    warnings: [
      ...(offer !== null && nowMs >= offer.bundle.expiresMs
        ? ['the bundle in force has expired and stays; sign a higher version']
        : []),
      ...(offer !== null && left.length < trust.threshold
        ? [
            'signers of the bundle in force are revoked, so it has too few; it stays until a higher version is signed',
          ]
        : []),
    ],
  }
}

/** What is no `Refusal` is a fault of ours, and stays one. */
async function refusing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (thrown) {
    throw refusalOf(thrown)
  }
}
