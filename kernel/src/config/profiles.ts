/** The two profiles as data: what they are called, the prefix of their environment, and where defaults differ. */

import type { SettingValue } from '../contract/settings.ts'

export interface Profile {
  readonly id: 'micro' | 'macro'
  /** As people and metrics name the node. */
  readonly name: 'micronode' | 'macronode'
  readonly envPrefix: 'MICRO_' | 'MACRO_'
  /** Setting key → default, where it is not the section's own. */
  readonly defaults: Readonly<Record<string, SettingValue>>
}

export const profiles = {
  micro: { id: 'micro', name: 'micronode', envPrefix: 'MICRO_', defaults: {} },
  macro: {
    id: 'macro',
    name: 'macronode',
    envPrefix: 'MACRO_',
    defaults: {
      'node.amnesia': false,
      'node.audit': true,
      'quota.tenant_requests_per_second': 10_000,
      'quota.tenant_bytes_per_second': 64 * 2 ** 20,
      'quota.tenant_cpu_percent': 50,
      'quota.tenant_in_flight': 256,
      'quota.tenant_connections': 256,
    },
  },
} as const satisfies Record<string, Profile>

export type ProfileId = keyof typeof profiles
