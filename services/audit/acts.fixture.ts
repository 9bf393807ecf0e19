/** Acts for tests, as the kernel would send them. */

import type { Act } from './record.ts'

export function actOf(at: number, more: Partial<Act> = {}): Act {
  return {
    at_ms: 1_700_000_000_000 + at,
    kind: 'act.end',
    outcome: 'done',
    subject: `v1:boot:${at}`,
    tenant: '0'.repeat(32),
    trace_id: at.toString(16).padStart(32, '0'),
    verb: 'overlay.admin',
    target: 'overlay.putCeilings',
    ...more,
  }
}

export function actsOf(from: number, count: number, more: Partial<Act> = {}): Act[] {
  return Array.from({ length: count }, (_, at) => actOf(from + at, more))
}
