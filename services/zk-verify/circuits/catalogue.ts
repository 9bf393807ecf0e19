/** Every circuit this build can verify for, one line each. */

import { auditInclusion } from './audit-inclusion.ts'
import { capabilityAttributes } from './capability-attributes.ts'
import type { OwnCircuit } from './circuit.ts'
import { quotaCompliance } from './quota-compliance.ts'

export const catalogue: readonly OwnCircuit[] = [quotaCompliance, capabilityAttributes, auditInclusion]
