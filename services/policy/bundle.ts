/**
 * A policy bundle: rules that allow or deny requests, read in document order, the first that matches wins,
 * and what no rule matches is denied unless the bundle says otherwise. A bundle is data; `parse-bundle.ts`
 * makes one from JSON, `evaluate.ts` applies it.
 */

export type Action = 'allow' | 'deny'

export interface Bundle {
  /** From 1, going up: decisions are cached under it. */
  readonly version: number
  readonly meta: Readonly<Record<string, string>>
  readonly defaults: {
    /** For what no rule matches. */
    readonly action: Action
    /** A larger body is denied before any rule is looked at. */
    readonly maxBodyBytes: number | undefined
  }
  readonly rules: readonly Rule[]
}

export interface Rule {
  readonly id: string
  readonly when: When
  readonly action: Action
  /** Carried for tools that read the bundle; the node executes none. */
  readonly obligations: readonly Obligation[]
  readonly reason: string | undefined
}

/** All of it must hold. undefined asks nothing. */
export interface When {
  /** 32 hex digits; `*` was read as undefined. */
  readonly tenant: string | undefined
  /** Upper case. */
  readonly method: string | undefined
  /** The whole path, or with a trailing `*` how it begins. */
  readonly path: string | undefined
  readonly region: string | undefined
  /** A larger body does not match. */
  readonly maxBodyBytes: number | undefined
  /** Lower case. */
  readonly tags: readonly string[]
}

export interface Obligation {
  readonly kind: string
  readonly params: Readonly<Record<string, string>>
}

/** What a decision is made from. */
export interface PolicyInput {
  readonly tenant: string
  readonly method: string
  readonly path: string
  readonly region: string | undefined
  readonly bodyBytes: number
  readonly tags: readonly string[]
}

export interface Decision {
  readonly allow: boolean
  /** The id of the rule that decided, or the default that did: `defaults.…`. */
  readonly rule: string
  readonly reason: string
  readonly version: number
}

/**
 * Every body size at which some decision of the bundle may change, ascending. Two bodies with no break
 * between them (`break < size` answers alike for all of them) get the same decision.
 */
export function bodyBreaks({ defaults, rules }: Bundle): number[] {
  const limits = [defaults.maxBodyBytes, ...rules.map((rule) => rule.when.maxBodyBytes)]
  return [...new Set(limits.filter((limit) => limit !== undefined))].sort((a, b) => a - b)
}
