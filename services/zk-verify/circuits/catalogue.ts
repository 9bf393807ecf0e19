/** Every circuit this build can verify for, one line each. */

import type { Circuit } from './circuit.ts'
import { quotaCompliance } from './quota-compliance.ts'

export const catalogue: readonly Circuit[] = [quotaCompliance]
