/**
 * What two nodes expose, in a form that can be checked in: the metrics of each profile by name, type and labels, and
 * how the admin plane of one differs from that of the other. No value and nothing of the machine is in it.
 */

import { asker } from '../http.ts'
import type { NodeProcess } from '../node-process.ts'
import { scrape } from '../metrics.ts'

type Reached = Pick<NodeProcess, 'url' | 'admin' | 'token'>

/** Everything that can be asked on the admin surface without a change. */
const paths = [
  '/healthz',
  '/livez',
  '/readyz',
  '/readyz?verbose',
  '/version',
  '/metrics',
  '/api/v1/status',
  '/api/v1/audit/checkpoint',
  '/api/v1/config',
  '/api/v1/explain',
  '/api/v1/keys',
  '/api/v1/machine',
  '/api/v1/settings',
  '/api/v1/tenants',
  '/api/v1/tokens/revocations',
  '/api/v1/zk',
  '/tenants',
] as const

/** One line a metric: `rejected_total counter {reason}`; one without series yet says so. */
export async function exposedMetrics(node: Reached): Promise<string> {
  await work(node)
  const { text } = await scrape(node)
  const lines = text.split('\n')
  const metrics = lines.flatMap((line) => {
    const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? []
    return name === undefined ? [] : [`${name} ${type} ${labelsOf(name, lines)}`]
  })
  return `${metrics.toSorted().join('\n')}\n`
}

/** What makes each metric have a series that has one as soon as somebody asks for anything. */
async function work(node: Reached): Promise<void> {
  const ask = asker(node)
  await ask('PUT /objects/golden', { body: 'golden' })
  await ask('GET /objects/golden')
  await ask('GET /objects/none')
  await ask('GET /objects/golden', { token: null })
  await ask('POST /v1/mailbox/send', { json: { topic: 'golden', idem_key: 'golden', payload_b64: 'eA==' } })
}

function labelsOf(name: string, lines: readonly string[]): string {
  const series = new RegExp(`^${name}(?:_bucket)?(?:\\{(.*)\\})? `)
  const found = lines.map((line) => series.exec(line)).find((match) => match !== null)
  if (found === undefined) return 'without series'
  const labels = [...(found[1] ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label)
  return `{${labels.toSorted().join(',')}}`
}

/**
 * One line a path: `same` with the status both answer, or how they differ. Of answers that both give in JSON the members
 * are compared, not what they hold.
 */
export async function adminParity(micro: Reached, macro: Reached): Promise<string> {
  const lines: string[] = []
  for (const path of paths) {
    const [left, right] = [await asked(micro, path), await asked(macro, path)]
    lines.push(`${path} ${difference(left, right)}`)
  }
  return `${lines.join('\n')}\n`
}

/** What `/version` says, by name; no value of it. */
export async function versionMembers(node: Reached): Promise<string> {
  const { json } = await asker({ url: node.admin, token: node.token })('GET /version')
  return `${Object.keys(json<object>()).toSorted().join('\n')}\n`
}

interface Answered {
  readonly status: number
  readonly headers: string
  readonly members: readonly string[]
}

async function asked({ admin, token }: Reached, path: `/${string}`): Promise<Answered> {
  const { status, headers, text } = await asker({ url: admin, token })(`GET ${path}`)
  const isJson = /json/.test(headers.get('content-type') ?? '')
  return {
    status,
    headers: [...headers.keys()].toSorted().join(),
    members: isJson ? membersOf(JSON.parse(text)) : [],
  }
}

function difference(micro: Answered, macro: Answered): string {
  if (micro.status !== macro.status) return `differs: micro ${micro.status}, macro ${macro.status}`
  if (micro.headers !== macro.headers)
    return `differs: headers micro ${micro.headers}, macro ${macro.headers}`
  const only = (one: Answered, other: Answered) =>
    one.members.filter((member) => !other.members.includes(member))
  const [left, right] = [only(micro, macro), only(macro, micro)]
  if (left.length + right.length === 0) return `same: ${micro.status}`
  return `differs: only micro has ${left.join() || 'none'}; only macro has ${right.join() || 'none'}`
}

/** Paths to everything that is no object, `checks.config.ok`; the items of a list are one. */
function membersOf(value: unknown, at = ''): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((item) => membersOf(item, `${at}[]`)))]
  if (typeof value !== 'object' || value === null) return [at]
  return Object.entries(value).flatMap(([name, inner]) =>
    membersOf(inner, at === '' ? name : `${at}.${name}`),
  )
}
