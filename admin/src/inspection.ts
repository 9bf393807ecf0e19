/**
 * `/api/v1/settings`: every setting in force and where its value came from, without secrets. `/api/v1/machine`: whether the
 * machine is fit for them, as the node sees it from where it runs.
 */

import type { PlainRoute } from '@ron/transport/gateway/http-gateway'
import { json, type Guard } from './answers.ts'

/** What the operator's door sees of it. The composer fills it in. */
export interface Inspection {
  settings(): SettingsReport
  machine(): Promise<{ readonly findings: readonly MachineFinding[] }>
}

export interface SettingsReport {
  readonly profile: string
  /** The file that was read; null without one. */
  readonly file: string | null
  /** section → key → value, as written in a file */
  readonly config: object
  /** `section.key` → where its value came from, for those that are not defaults */
  readonly sources: object
}

export interface MachineFinding {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
  /** Null when all is well. */
  readonly fix: string | null
}

export function inspectionRoutes(inspection: Inspection, guard: Guard): readonly PlainRoute[] {
  return [
    {
      route: 'GET /api/v1/settings',
      handle(exchange, { traceId }) {
        guard(exchange, traceId, 'admin.read')
        return json(200, inspection.settings())
      },
    },
    {
      route: 'GET /api/v1/machine',
      async handle(exchange, { traceId }) {
        guard(exchange, traceId, 'admin.read')
        return json(200, await inspection.machine())
      },
    },
  ]
}
