/**
 * What the node has keys for: a closed list, so that no key serves two ends. A purpose either derives, and then its
 * secret itself serves nothing, or signs, and then its secret leaves this folder in no form.
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
} as const

export type Purpose = keyof typeof purposes
export type DerivingPurpose = {
  [P in Purpose]: (typeof purposes)[P]['use'] extends 'derives' ? P : never
}[Purpose]
export type SigningPurpose = Exclude<Purpose, DerivingPurpose>

export function isPurpose(text: string): text is Purpose {
  return Object.hasOwn(purposes, text)
}
