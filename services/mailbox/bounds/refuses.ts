/**
 * Whom a domain file tells no. A handler's call is one, so the compiler holds the codes a function may use
 * against those its operation declares; a test brings its own.
 */

import type { RefusalCode, RefusalMore } from '@ron/kernel/contract/refusals'

export interface Refuses<Code extends RefusalCode> {
  readonly refuse: (code: Code, message: string, more?: RefusalMore) => never
}
