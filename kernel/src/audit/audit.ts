/** What the parts of a node know of its audit log: they say what happened, and ask before they do what is privileged. */

import type { Act } from '../contract/acts.ts'

/** An act that is recorded when it begins and when it has ended. */
export type PrivilegedAct = Pick<Act, 'subject' | 'tenant' | 'traceId' | 'target'> & { readonly verb: string }

export interface Audit {
  /** Records an act, soon. Never waits and never throws. */
  note(act: Act): void
  /**
   * Does the work once its beginning is recorded, and records how it ended. Rejects with a `Refusal` when it cannot
   * be recorded, and then nothing was done; else as the work does.
   */
  around<Result>(act: PrivilegedAct, work: () => Result | Promise<Result>): Promise<Result>
}

/** Of a node that keeps no audit log. */
export const noAudit: Audit = {
  note() {},
  around: async (_act, work) => work(),
}

/** Who acts when the node does something by itself. */
export const byKernel = { subject: 'kernel', tenant: '0'.repeat(32), traceId: '0'.repeat(32) } as const
