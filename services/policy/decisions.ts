/** How a decision reads, whoever makes it: the compiled evaluator, the explainer or the naive twin. */

import type { Bundle, Decision, Rule } from './bundle.ts'

export function decidedByRule(bundle: Bundle, rule: Rule): Decision {
  const allow = rule.action === 'allow'
  const reason = rule.reason ?? `rule ${rule.id} ${allow ? 'allows' : 'denies'} it`
  return { allow, rule: rule.id, reason, version: bundle.version }
}

export function decidedByDefault({ defaults, version }: Bundle): Decision {
  const allow = defaults.action === 'allow'
  const reason = `no rule matches, and the default is to ${defaults.action}`
  return { allow, rule: 'defaults.default_action', reason, version }
}

/** The size of the body is not in the reason: bodies of many sizes share one cached decision. */
export function deniedByBodySize({ defaults, version }: Bundle): Decision {
  const reason = `the body is larger than the ${defaults.maxBodyBytes} bytes the policy allows`
  return { allow: false, rule: 'defaults.max_body_bytes', reason, version }
}
