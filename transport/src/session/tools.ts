/** What sessions are made with, and how browsers have it: all of it in plain code. Node has `native-tools.ts`. */

import type { MlDsa } from '@ron/kernel/ports/ml-dsa'
import { portableMlDsa } from './ml-dsa-portable.ts'
import { portableMlKem } from './ml-kem-portable.ts'
import type { MlKem } from './ml-kem.ts'
import { portable } from './portable.ts'
import type { Primitives } from './primitives.ts'
import { xWing, type XWing } from './x-wing.ts'

export interface SessionTools {
  readonly primitives: Primitives
  readonly xWing: XWing
  readonly mlKemBy: MlKem['by']
  readonly mlDsa: MlDsa
}

export function toolsOf(primitives: Primitives, mlKem: MlKem, mlDsa: MlDsa): SessionTools {
  return { primitives, xWing: xWing(primitives, mlKem), mlKemBy: mlKem.by, mlDsa }
}

export const portableTools = (): SessionTools => toolsOf(portable, portableMlKem, portableMlDsa)
