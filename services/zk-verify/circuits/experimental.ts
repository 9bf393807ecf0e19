/** Circuits of proof systems that are not to be relied on yet; they open only where `zk-verify.experimental` is set. */

import { auditInclusionStark } from './audit-inclusion-stark.ts'
import type { Circuit } from './circuit.ts'

export const experimental: readonly Circuit[] = [auditInclusionStark]
