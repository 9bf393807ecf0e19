/**
 * What a record of the audit log says: who did what, by which rule, and how it ended. Everything in it is a name,
 * a code or a number. What was sent, and what a capability looks like, is never in one.
 */

export const actKinds = [
  'node.start',
  'node.drain',
  'key.use',
  'key.rotate',
  'key.gone',
  'config.load',
  /** The process began with this signed bundle, or with none, whatever the one before it was doing. */
  'config.start',
  /** A signed bundle is in force: its version, its hash and who signed it. */
  'config.apply',
  /** A bundle that is in force did well on its probation. */
  'config.keep',
  /** A bundle was taken back, by somebody or by the node itself. */
  'config.rollback',
  /** A bundle was offered that the node did not take. */
  'config.refuse',
  'capability.mint',
  'capability.revoke',
  'service.crash',
  /** Conversations that went on without a session where one is offered, or were refused for it: `count` of them. */
  'pq.downgrade',
  /** A privileged act that was let in and is about to happen. */
  'act.begin',
  /** The same when it has happened or failed, under the trace id of its beginning. */
  'act.end',
  /** Somebody asked for a privileged act and was refused. */
  'denial',
  /** Acts that could not be recorded, `count` of them. */
  'audit.gap',
] as const

export const actOutcomes = ['begun', 'done', 'refused', 'failed'] as const

export interface Act {
  readonly kind: (typeof actKinds)[number]
  readonly outcome: (typeof actOutcomes)[number]
  /** The identifier of the capability, `kernel`, or empty for nobody who is known. */
  readonly subject: string
  /** 32 lower-case hex digits; 32 zeros for none. */
  readonly tenant: string
  /** 32 lower-case hex digits; 32 zeros for none. */
  readonly traceId: string
  /** The capability verb that the act needs; left out for what the node does by itself. */
  readonly verb?: string
  /** What was acted on: an operation, a service, a key. */
  readonly target: string
  readonly rule?: string
  /** The code of a refusal, or why a service fell. */
  readonly code?: string
  /** How many acts this one stands for; left out for one. */
  readonly count?: number
}

/** The longest that these may be in a record; what is longer is cut. */
export const actLengths = { subject: 128, verb: 64, target: 256, rule: 64, code: 32 } as const
