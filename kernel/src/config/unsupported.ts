/**
 * Settings that are read and understood, and that this build does not act on yet. Accepting one would be a
 * lie, so it refuses the start. Whoever builds the thing deletes its row here.
 */

import type { NodeValues } from './node-sections.ts'

export interface Unsupported {
  readonly key: string
  readonly asked: (values: NodeValues) => boolean
  /** What to do instead. */
  readonly message: string
}

export const unsupported: readonly Unsupported[] = [
  {
    key: 'persistence.enabled',
    asked: ({ persistence }) => persistence.enabled,
    message:
      'this build keeps data in RAM only and would lose it at a restart; set persistence.enabled=false',
  },
]
