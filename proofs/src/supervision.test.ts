/**
 * Services that die in every way there is: the cause is told wherever an operator looks, callers are refused at
 * once while it lasts, the service is back, and the admin plane answers all the time.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate } from '@ron/app-sdk'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode, type NodeProcess } from './node-process.ts'

// With its heap nearly full a thread does little but collect garbage, which looks like a hang to the impatient.
const roomy = ['--set', 'supervision.heap_max=64MiB', '--set', 'supervision.hang_after=1m']
const [one, patient, fenced, alone] = await Promise.all([
  startNode(),
  startNode({ args: roomy }),
  startNode({ args: ['--set', 'admin.chaos=never'] }),
  startNode({ args: ['--set', 'supervision.spares=false'] }),
])

interface ServiceView {
  readonly name: string
  readonly phase: string
  readonly health: string
  readonly because: string
  readonly ready: boolean
  readonly restart_count: number
  readonly last_failure: {
    readonly cause: string
    readonly because: string
    readonly down_ms: number | null
  } | null
}

const adminOf = ({ admin, token }: NodeProcess) => asker({ url: admin, token })
const admin = adminOf(one)
const kill = (service: string, how: string, ask = admin) =>
  ask(`POST /api/v1/services/${service}/kill`, { json: { how } })

async function view(service: string, ask = admin): Promise<ServiceView> {
  const { services } = (await ask('GET /api/v1/status')).json<{ services: readonly ServiceView[] }>()
  const found = services.find(({ name }) => name === service)
  assert(found !== undefined)
  return found
}

for (const [how, cause, because, node] of [
  ['throw', 'throw', /^Error: told to throw, by a drill$/, one],
  ['exit', 'exit', /^its thread exited with code 1$/, one],
  ['oom', 'out-of-memory', /^its heap reached its limit, 67108864 bytes$/, patient],
  ['hang', 'hang', /^its event loop has stood still for \d+ ms$/, one],
] as const) {
  test(`a service that dies by "${how}" is back, and its cause is told in status, metric and log`, async () => {
    const ask = adminOf(node)
    const failures = `service_failures_total{service="overlay",cause="${cause}"}`
    const restarts = 'service_restarts_total{service="overlay"}'
    const [before, counters] = [await view('overlay', ask), await scrape(node)]
    const killed = await kill('overlay', how, ask)
    assert.deepEqual([killed.status, killed.json()], [202, { service: 'overlay', how }])
    const after = await eventually('the service to be back', async () => {
      const { restart_count, ready } = await view('overlay', ask)
      return ready && restart_count > before.restart_count && view('overlay', ask)
    })
    assert.deepEqual([after.health, after.because, after.last_failure?.cause], ['healthy', '', cause])
    assert.match(after.last_failure?.because ?? '', because)
    assert((after.last_failure?.down_ms ?? -1) >= 0)
    const counted = await scrape(node)
    for (const series of [failures, restarts])
      assert.equal(counted.value(series), counters.value(series) + 1, series)
    await eventually('the log line', async () => node.output().includes(`"cause":"${cause}"`))
    await eventually('readiness', async () => (await ask('GET /readyz')).status === 200)
  })
}

test('without spares a node has a thread less for each required service, and nothing is lost when one falls', async () => {
  const ports = async (node: NodeProcess) =>
    (await scrape(node)).value('nodejs_active_resources{type="MessagePort"}')
  const required = 5
  await eventually(
    'every spare there is',
    async () => (await ports(fenced)) - (await ports(alone)) === required,
  )
  const ask = asker(alone)
  assert.equal((await ask('PUT /objects/kept', { body: 'x' })).status, 201)
  const { restart_count: before } = await view('storage', adminOf(alone))
  await kill('storage', 'throw', adminOf(alone))
  await eventually('the service to be back', async () => {
    const now = await view('storage', adminOf(alone))
    return now.ready && now.restart_count > before
  })
  assert.equal((await ask('GET /objects/kept')).text, 'x')
})

test('while a service hangs the admin plane answers, and another thread takes its place', async () => {
  const { restart_count: before } = await view('storage')
  await kill('storage', 'hang')
  const back = await eventually('another thread', async () => {
    // The spare takes over in milliseconds, so whether readiness is seen to flip is a matter of luck.
    const { status } = await admin('GET /readyz')
    assert(status === 200 || status === 503, `${status}`)
    const now = await view('storage')
    return now.ready && now.restart_count > before && now
  })
  assert.match(back.last_failure?.because ?? '', /stood still/)
  await eventually('the node to be ready again', async () => (await admin('GET /readyz')).status === 200)
  assert.equal((await asker(one)('PUT /objects/after', { body: 'x' })).status, 201)
})

test('a service that cannot stay up is held down, said to be degraded, and callers are told when to come back', async () => {
  // Killed whenever it runs, it never proves itself.
  const degraded = await eventually('the service to be held down', async () => {
    const mailbox = await view('mailbox')
    if (mailbox.because.startsWith('degraded')) return mailbox
    await kill('mailbox', 'throw')
    return false
  })
  assert.deepEqual([degraded.phase, degraded.health, degraded.ready], ['waiting', 'down', false])
  assert.match(degraded.because, /^degraded: it keeps failing; throw: Error: told to throw/)
  interface Verbose {
    readonly missing: readonly string[]
    readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly because: string }>>
  }
  const unready = await admin('GET /readyz?verbose')
  const { missing, checks } = unready.json<Verbose>()
  assert.deepEqual([unready.status, missing], [503, ['service:mailbox']])
  assert.match(checks['service:mailbox']?.because ?? '', /keeps failing/)
  const refused = await asker(one)('GET /feed/home?user=ann')
  const problem = refused.json<Problem>()
  assert.deepEqual([refused.status, problem.code, problem.retryable], [503, 'Unavailable', true])
  assert.match(problem.detail, /mailbox keeps failing and is held down \(throw\)/)
  const seconds = Number(refused.headers.get('retry-after'))
  assert(seconds > 30 && seconds <= 60, `${seconds} s`)
  assert.equal((await kill('mailbox', 'throw')).status, 409)
  assert.equal((await asker(one)('GET /objects')).status, 200, 'the others answer')
})

test('killing asks for a capability on loopback too, and for words that it knows', async () => {
  const post = (path: `/${string}`, json: object, token?: string | null) =>
    admin(`POST ${path}`, token === undefined ? { json } : { json, token })
  const path = '/api/v1/services/policy/kill'
  assert.equal((await post(path, { how: 'throw' }, null)).status, 401)
  assert.equal((await post(path, { how: 'throw' }, attenuate(one.token, 'verbs = admin.read'))).status, 403)
  for (const body of [{}, { how: 'gently' }, { how: 'throw', twice: true }]) {
    assert.equal((await post(path, body)).status, 400, JSON.stringify(body))
  }
  assert.equal((await post('/api/v1/services/ghost/kill', { how: 'throw' })).status, 404)
  assert.equal((await view('policy')).restart_count, 0)
  assert.equal((await post(path, { how: 'exit' }, attenuate(one.token, 'verbs = admin.chaos'))).status, 202)
})

test('a node that allows no drills says so and lives on', async () => {
  const refused = await adminOf(fenced)('POST /api/v1/services/storage/kill', { json: { how: 'throw' } })
  assert.deepEqual([refused.status, refused.json<Problem>().code], [501, 'NotEnabled'])
  assert.match(refused.json<Problem>().detail, /admin\.chaos=always/)
})
