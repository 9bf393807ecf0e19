/** Every machine that is checked. To add one, write its model and mutants beside these and add a line here. */

import type { Checked } from '../checked.ts'
import { busSubject } from './bus.ts'
import { callsSubject } from './calls.ts'
import { fairLinesSubject } from './fair-lines.ts'
import { journalSubject } from './journal.ts'
import { journalCopyingSubject } from './journal-copying.ts'
import { journalFollowingSubject } from './journal-following.ts'
import { lifecycleSubject } from './lifecycle.ts'
import { readinessSubject } from './readiness.ts'
import { ringSubject } from './ring.ts'
import { subscriptionSubject } from './subscription.ts'
import { supervisorAlone, supervisorStoppable } from './supervisor.ts'

export const roster: readonly Checked[] = [
  supervisorAlone,
  supervisorStoppable,
  lifecycleSubject,
  ringSubject,
  subscriptionSubject,
  busSubject,
  readinessSubject,
  journalSubject,
  journalFollowingSubject,
  journalCopyingSubject,
  callsSubject,
  fairLinesSubject,
]
