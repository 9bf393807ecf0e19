/** Signed bundles applied one after the other to a node under load: how long each takes, and what its clients notice. */

import { setTimeout as pause } from 'node:timers/promises'
import type { Bundle } from '@ron/kernel/bundle/manifest'
import { startGoverned, type Governed } from '../../config/governed.ts'
import { putObject } from '../../put-object.ts'
import { fixed } from '../../payload.ts'
import { percentile } from '../../spread.ts'
import { drive, type Outcome } from '../load.ts'
import { endpoint, httpRequest } from '../requests.ts'
import type { Facet, Measured } from '../rows.ts'

const bundles = 20
const everyMs = 250
const connections = 16
const rules = 200

export const config: Facet = {
  name: 'config',
  title: 'Signed configuration, applied under load',
  sizes: () => ({ bundles, everyMs, connections, rules }),
  async measure() {
    const rows: Measured[] = []
    for (const hybrid of [false, true]) {
      const governed = await startGoverned(hybrid)
      try {
        rows.push(...(await applied(governed, hybrid ? 'Ed25519 and ML-DSA-65' : 'Ed25519')))
      } finally {
        await governed.stop()
      }
    }
    return rows
  },
}

async function applied(governed: Governed, signature: string): Promise<readonly Measured[]> {
  const { node } = governed
  await putObject(node, '1k', Uint8Array.from(fixed('1k')))
  const signed: string[] = []
  for (let version = 1; version <= bundles; version++)
    signed.push(await governed.sign(version, parts(version)))
  const [outcome, times] = await Promise.all([load(governed), applyAll(governed, signed)])
  const note = `${Math.round(outcome.goodPerSecond).toLocaleString('en')} GET 1k/s meanwhile`
  return [
    {
      work: `policy and quotas applied, ${signature}, p95`,
      unit: 'ms',
      better: 'less',
      ours: percentile(times, 95),
      samples: times.length,
      peer: null,
      limit: { of: 'ours', value: 200 },
      note: `p50 ${percentile(times, 50).toFixed(0)} ms; ${note}`,
    },
    {
      work: `requests failed meanwhile, ${signature}`,
      unit: 'requests',
      better: 'less',
      ours: failures(outcome),
      samples: outcome.served.count,
      peer: null,
      limit: { of: 'ours', value: 0 },
    },
  ]
}

async function applyAll(governed: Governed, signed: readonly string[]): Promise<number[]> {
  const times: number[] = []
  await pause(1_500)
  for (const bundle of signed) {
    times.push(await governed.apply(bundle))
    await pause(everyMs)
  }
  return times
}

function load({ node }: Governed): Promise<Outcome> {
  return drive(
    {
      protocol: 'http',
      ...endpoint(node.url),
      requests: [httpRequest(node, 'GET', '/objects/1k')],
      model: { kind: 'closed', connections, depth: 1 },
      warmUpSeconds: 1,
      seconds: 10,
    },
    node.process.pid ?? null,
  )
}

/** Whatever is no 200: refusals, faults, and requests without an answer. */
function failures({ statuses, failedShare, served }: Outcome): number {
  const others = Object.entries(statuses).filter(([status]) => status !== '200')
  return others.reduce((sum, [, count]) => sum + count, Math.round(failedShare * served.count))
}

/** All of it changes with every version: the policy, the quota and the ceilings. */
function parts(version: number): Bundle['parts'] {
  const deny = Array.from({ length: rules }, (_, at) => ({
    id: `rule-${at}`,
    when: { path: `/graph/${version}/${at}` },
    action: 'deny',
  }))
  const policy = { version, rules: [...deny, { id: 'rest', when: { path: '*' }, action: 'allow' }] }
  const quotas = `[quota]\nburst = ${200_000 + version}\n[overlay]\ninflight_max = ${500 + version}\n`
  return new Map([
    ['policy.json', JSON.stringify(policy)],
    ['quotas.toml', quotas],
  ])
}
