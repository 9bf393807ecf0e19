/**
 * Reads a bundle from JSON, or from a value that was JSON. Whatever is not understood is refused, naming the
 * place, since a rule that is half understood is a hole in the wall.
 */

import type { Action, Bundle, Obligation, Rule, When } from './bundle.ts'
import {
  BundleError,
  fieldsOf,
  integerOf,
  itemsOf,
  matching,
  optional,
  shown,
  textOf,
  textsOf,
  unlessAny,
} from './reading.ts'

export const BUNDLE_BYTES_MAX = 1024 * 1024
export const RULES_MAX = 1024
/** Nothing larger passes the frame caps, so a larger limit would say nothing. */
const BODY_BYTES_MAX = 1024 * 1024
const TAGS_MAX = 32
const OBLIGATIONS_MAX = 16

/** Reads a bundle, or throws a `BundleError`. */
export function parseBundle(input: unknown): Bundle {
  const bundle = fieldsOf(typeof input === 'string' ? parsedJson(input) : input, 'bundle', [
    'version',
    'meta',
    'defaults',
    'rules',
  ])
  const defaults = fieldsOf(bundle['defaults'] ?? {}, 'defaults', ['default_action', 'max_body_bytes'])
  const rules = itemsOf(bundle['rules'], 'rules', RULES_MAX).map((rule, i) => ruleOf(rule, `rules[${i}]`))
  refuseTwins(rules)
  return {
    version: integerOf(bundle['version'], 'version', 1, Number.MAX_SAFE_INTEGER),
    meta: textsOf(bundle['meta'], 'meta'),
    defaults: {
      action: actionOf(defaults['default_action'] ?? 'deny', 'defaults.default_action'),
      maxBodyBytes: optional(defaults['max_body_bytes'], 'defaults.max_body_bytes', bodyBytesOf),
    },
    rules,
  }
}

function parsedJson(text: string): unknown {
  if (Buffer.byteLength(text) > BUNDLE_BYTES_MAX) {
    throw new BundleError(`the bundle is larger than ${BUNDLE_BYTES_MAX} bytes; use fewer or shorter rules`)
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new BundleError(`the bundle is not JSON: ${cause instanceof Error ? cause.message : ''}`, { cause })
  }
}

function ruleOf(value: unknown, at: string): Rule {
  const rule = fieldsOf(value, at, ['id', 'when', 'action', 'obligations', 'reason'])
  const obligations = itemsOf(rule['obligations'] ?? [], `${at}.obligations`, OBLIGATIONS_MAX)
  return {
    id: idOf(rule['id'], `${at}.id`),
    when: whenOf(rule['when'] ?? {}, `${at}.when`),
    action: actionOf(rule['action'], `${at}.action`),
    obligations: obligations.map((obligation, i) => obligationOf(obligation, `${at}.obligations[${i}]`)),
    reason: optional(rule['reason'], `${at}.reason`, (value, at) => textOf(value, at, 256)),
  }
}

function whenOf(value: unknown, at: string): When {
  const when = fieldsOf(value, at, [
    'tenant',
    'method',
    'path',
    'region',
    'max_body_bytes',
    'require_tags_all',
  ])
  const tags = itemsOf(when['require_tags_all'] ?? [], `${at}.require_tags_all`, TAGS_MAX)
  return {
    tenant: unlessAny(when['tenant'], `${at}.tenant`, tenantOf),
    method: unlessAny(when['method'], `${at}.method`, methodOf),
    path: optional(when['path'], `${at}.path`, pathOf),
    region: unlessAny(when['region'], `${at}.region`, (value, at) => textOf(value, at, 64)),
    maxBodyBytes: optional(when['max_body_bytes'], `${at}.max_body_bytes`, bodyBytesOf),
    tags: tags.map((tag, i) => textOf(tag, `${at}.require_tags_all[${i}]`, 64).toLowerCase()),
  }
}

function obligationOf(value: unknown, at: string): Obligation {
  const obligation = fieldsOf(value, at, ['kind', 'params'])
  return {
    kind: textOf(obligation['kind'], `${at}.kind`, 64),
    params: textsOf(obligation['params'], `${at}.params`),
  }
}

/** `defaults.` is how decisions without a rule are named, so no rule may be called that. */
function idOf(value: unknown, at: string): string {
  const id = matching(
    value,
    at,
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/,
    'letters, digits and . _ : -, at most 64',
  )
  if (id.startsWith('defaults.')) throw new BundleError(`${at} begins with "defaults."; choose another id`)
  return id
}

function tenantOf(value: unknown, at: string): string {
  return matching(value, at, /^[0-9a-f]{32}$/, '32 lower-case hex digits, or "*"')
}

function methodOf(value: unknown, at: string): string {
  return matching(value, at, /^[A-Za-z]{1,16}$/, 'a method such as GET, or "*"').toUpperCase()
}

function pathOf(value: unknown, at: string): string {
  const path = matching(
    value,
    at,
    /^(\/[^*]*\*?|\*)$/,
    'a path such as /objects/a, or its beginning and one *',
  )
  return textOf(path, at, 512)
}

function bodyBytesOf(value: unknown, at: string): number {
  return integerOf(value, at, 0, BODY_BYTES_MAX)
}

function actionOf(value: unknown, at: string): Action {
  if (value === 'allow' || value === 'deny') return value
  throw new BundleError(`${at} is ${shown(value)}; it must be "allow" or "deny"`)
}

function refuseTwins(rules: readonly Rule[]): void {
  const places = new Map<string, number>()
  for (const [i, { id }] of rules.entries()) {
    const first = places.get(id)
    if (first !== undefined) {
      throw new BundleError(`rules[${i}].id is ${shown(id)}, which rules[${first}] has; ids must differ`)
    }
    places.set(id, i)
  }
}
