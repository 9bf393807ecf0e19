/** What the proofs of each circuit are for, as the binding context has it. Who changes what is proven changes the number. */

export const domains = {
  'quota-compliance': 'ron/zk/quota-compliance/1',
  'capability-attributes': 'ron/zk/capability-attributes/1',
  'audit-inclusion': 'ron/zk/audit-inclusion/1',
} as const

export type CircuitId = keyof typeof domains
