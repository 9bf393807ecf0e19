/** One facet's result as it is written to disk, `bench/results/<facet>.json`: rows, and where and of what they are. */

import type { Machine } from '../machine.ts'
import type { Row } from './rows.ts'

export interface Result {
  readonly facet: string
  readonly title: string
  /** When it was measured, RFC 3339. */
  readonly at: string
  readonly machine: Machine
  readonly seed: number
  /** What sizes were multiplied with: 1 is real size. */
  readonly scale: number
  /** As they were, scaled. */
  readonly sizes: Readonly<Record<string, number>>
  readonly rows: readonly Row[]
}
