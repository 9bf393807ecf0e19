/**
 * What the node has keys for: a closed list, so that no key serves two ends. A purpose derives, and then its secret
 * itself serves nothing; or signs, and then its secret leaves this folder in no form; or it is shared with somebody
 * outside, and lent for one call.
 */

export const purposes = {
  'capability-root': {
    use: 'derives',
    doc: 'Mints capabilities and verifies them.',
  },
  'audit-log': {
    use: 'signs',
    doc: 'Signs the checkpoints of the audit log.',
  },
  'node-identity': {
    use: 'signs',
    doc: 'Signs what the node says of itself, and proves to peers that it is the one it says.',
  },
  session: {
    use: 'derives',
    kept: false,
    doc: 'Opens post-quantum sessions with clients; never written down nor handed on.',
  },
  'zk-keys': {
    use: 'signs',
    doc: 'Signs which verifying keys the node verifies proofs with.',
  },
  'discharge-issuer': {
    use: 'shared',
    doc: 'Seals third-party caveats for the issuer that discharges them.',
  },
} as const

export type Purpose = keyof typeof purposes
export type DerivingPurpose = {
  [P in Purpose]: (typeof purposes)[P]['use'] extends 'derives' ? P : never
}[Purpose]
export type SigningPurpose = {
  [P in Purpose]: (typeof purposes)[P]['use'] extends 'signs' ? P : never
}[Purpose]
export type SharedPurpose = Exclude<Purpose, DerivingPurpose | SigningPurpose>

/** Whether its keys outlive the process, in a sealed file or with the node that takes over. */
export function isKept(purpose: Purpose): boolean {
  return !('kept' in purposes[purpose])
}

export function isPurpose(text: string): text is Purpose {
  return Object.hasOwn(purposes, text)
}
