/**
 * The stages that a change of configuration passes. Each is entered before anything of it is done, so what a process left
 * behind is told by the last one that it entered.
 *
 *     check ─► weigh ─► begin ─► do … ─► announce ─► event ─► record ─► watch ─► keep
 *                                 │                                       │
 *                                 └──► undo … ◄────────── fall ◄──────────┘
 *                                       │
 *                                    restore ─► event ─► record
 */

export const changeStages = [
  /** Its signatures are verified. */
  'check',
  /** It is held against what is in force. */
  'weigh',
  /** Its beginning is in the audit log; the steps are made. */
  'begin',
  /** One step is done. */
  'do',
  /** All steps are done: the history has it. */
  'announce',
  /** `ConfigUpdated` goes over the bus. */
  'event',
  /** What came of it goes into the audit log. */
  'record',
  /** Its probation begins. */
  'watch',
  /** It held. */
  'keep',
  /** It did not hold, or somebody takes it back. */
  'fall',
  /** One step is undone. */
  'undo',
  /** No step is done any more: the history has it. */
  'restore',
] as const

export type ChangeStage = (typeof changeStages)[number]
