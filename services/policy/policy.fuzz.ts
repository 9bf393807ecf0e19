/**
 * Properties of the policy evaluator on any input: reading a bundle throws nothing but a `BundleError`, and
 * what it accepts decides the same compiled, explained and by the naive twin, on either side of every break.
 */

import { bodyBreaks, type Bundle, type PolicyInput, type Rule } from './bundle.ts'
import { defaultBundle } from './default-bundle.ts'
import { compile } from './evaluate.ts'
import { evaluateNaively } from './evaluate.oracle.ts'
import { explain } from './explain.ts'
import { parseBundle } from './parse-bundle.ts'
import { BundleError } from './reading.ts'

const RULES_TRIED_MAX = 32
const BREAKS_TRIED_MAX = 16
const tenant = 'aa'.repeat(16)

/** Bundles to start from. */
export const seeds: Uint8Array[] = [
  defaultBundle,
  { version: 1, rules: [] },
  {
    version: 7,
    meta: { author: 'ops' },
    defaults: { default_action: 'allow', max_body_bytes: 4096 },
    rules: [
      { id: 'eu-only', when: { region: 'US-FL' }, action: 'deny', reason: 'not served there' },
      { id: 'large', when: { method: 'put', path: '/objects/*', max_body_bytes: 1024 }, action: 'allow' },
      {
        id: 'tagged',
        when: { tenant, require_tags_all: ['Beta', 'staff'] },
        action: 'allow',
        obligations: [{ kind: 'audit', params: { level: 'full' } }],
      },
      { id: 'last', when: { tenant: '*', method: '*', path: '*', region: '*' }, action: 'deny' },
    ],
  },
].map((bundle) => new TextEncoder().encode(JSON.stringify(bundle)))

/** Throws only when a property does not hold. */
export function run(input: Uint8Array): void {
  const bundle = read(new TextDecoder().decode(input))
  if (bundle === undefined) return
  const evaluate = compile(bundle)
  for (const asked of inputsFor(bundle)) {
    const decisions = [evaluate(asked), explain(bundle, asked).decision, evaluateNaively(bundle, asked)]
    const [first, ...others] = decisions.map((decision) => JSON.stringify(decision))
    if (others.some((other) => other !== first)) {
      throw new Error(`decisions differ on ${JSON.stringify(asked)}: ${[first, ...others].join(' ')}`)
    }
  }
}

function read(text: string): Bundle | undefined {
  try {
    return parseBundle(text)
  } catch (thrown) {
    if (thrown instanceof BundleError) return undefined
    throw new Error('reading a bundle threw something else', { cause: thrown })
  }
}

/** Requests that come close to the rules of a bundle, with bodies on both sides of its breaks. */
function* inputsFor(bundle: Bundle): Generator<PolicyInput> {
  const breaks = bodyBreaks(bundle).slice(0, BREAKS_TRIED_MAX)
  const sizes = [0, ...breaks.flatMap((at) => [at, at + 1])]
  const plain = { tenant, method: 'GET', path: '/', region: undefined, tags: [] }
  const near = bundle.rules.slice(0, RULES_TRIED_MAX).flatMap(nearRule)
  for (const asked of [plain, ...near]) {
    for (const bodyBytes of sizes) yield { ...asked, bodyBytes }
  }
}

function nearRule({ when }: Rule): Omit<PolicyInput, 'bodyBytes'>[] {
  const fits = {
    tenant: when.tenant ?? tenant,
    method: when.method ?? 'GET',
    path: (when.path ?? '/x').replace('*', ''),
    region: when.region,
    tags: when.tags.map((tag) => tag.toUpperCase()),
  }
  return [
    fits,
    { ...fits, path: `${fits.path}x` },
    { ...fits, tenant: 'bb'.repeat(16) },
    { ...fits, method: 'DELETE' },
    { ...fits, region: 'elsewhere' },
    { ...fits, tags: fits.tags.slice(1) },
  ]
}
