/**
 * `ronctl service restart`: a service goes on in another thread while it is in use. What was acknowledged is there, who
 * came in between is told to come back, and the act is on record.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate } from '@ron/app-sdk'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import { startNode } from './node-process.ts'
import { ronctl } from './ronctl.ts'

const node = await startNode({ profile: 'macro' })
const [ask, admin] = [asker(node), asker({ url: node.admin, token: node.token })]
const restart = (service: string, token: string = node.token) =>
  ronctl(['service', 'restart', service, '--json'], { admin: node.admin, token })

interface Status {
  readonly services: readonly {
    readonly name: string
    readonly phase: string
    readonly restart_count: number
    readonly last_failure: object | null
  }[]
}

async function serviceOf(name: string) {
  const { services } = (await admin('GET /api/v1/status')).json<Status>()
  const found = services.find((one) => one.name === name)
  assert(found !== undefined)
  return found
}

test('services are restarted one after the other under a load, and nothing acknowledged is lost', async () => {
  const kept: `/${string}`[] = []
  const failures: string[] = []
  const enough = new AbortController()
  const load = async (worker: number) => {
    for (let n = 0; !enough.signal.aborted && n < 5_000; n++) {
      const path = `/objects/restart/${worker}-${n}` as const
      const reply = await ask(`PUT ${path}`, { body: path })
      if (reply.status === 201) kept.push(path)
      else failures.push(`${reply.status} ${reply.headers.get('retry-after') === null ? 'silent' : 'retry'}`)
    }
  }
  const loads = [0, 1, 2, 3].map(load)
  for (const service of ['storage', 'policy', 'overlay', 'mailbox', 'index', 'audit', 'storage']) {
    const { code, stdout } = await restart(service)
    assert.equal(code, 0, `${service}: ${stdout}`)
    const told = JSON.parse(stdout)
    assert.equal(told.service, service)
    assert(told.down_ms >= 0)
    const { phase, restart_count, last_failure } = await serviceOf(service)
    assert.deepEqual([phase, restart_count, last_failure], ['running', 0, null], service)
  }
  enough.abort()
  await Promise.all(loads)
  assert(kept.length > 0)
  assert.deepEqual(
    [...new Set(failures)].filter((failure) => failure !== '503 retry'),
    [],
    'all say when to come back',
  )
  for (const path of kept) {
    const reply = await ask(`GET ${path}`)
    assert.deepEqual([reply.status, reply.text], [200, path])
  }
})

test('a service that hangs is restarted too', async () => {
  await admin('POST /api/v1/services/index/kill', { json: { how: 'hang' } })
  const { code, stdout } = await restart('index')
  assert.equal(code, 0, stdout)
  await eventually('the node to be ready', async () => (await admin('GET /readyz')).status === 200)
})

test('a restart takes a capability for it, is on record, and what cannot be is refused with a reason', async () => {
  const narrow = await restart('index', attenuate(node.token, 'verbs = admin.chaos'))
  assert.equal(narrow.code, 1)
  assert.match(JSON.parse(narrow.stdout).message, /^CapabilityScope/)
  const ghost = await restart('ghost')
  assert.deepEqual([ghost.code, JSON.parse(ghost.stdout).problem.status], [1, 404])
  const both = await Promise.all([restart('mailbox'), restart('mailbox')])
  assert.deepEqual(both.map(({ code }) => code).toSorted(), [0, 1])
  const refused = both.find(({ code }) => code === 1)
  assert.match(JSON.parse(refused?.stdout ?? '').message, /mailbox is being restarted already/)
  const wrong = await admin('POST /api/v1/services/index/restart', { json: { grace: 1 } })
  assert.equal(wrong.status, 400)

  const { stdout } = await ronctl(['audit', 'tail', '--limit', '256', '--json'], node)
  const { records } = JSON.parse(stdout)
  const acts = records.filter(
    (record: { verb?: string; target: string }) =>
      record.verb === 'admin.restart' && record.target === 'overlay',
  )
  assert.deepEqual(
    acts.map(({ kind, outcome }: { kind: string; outcome: string }) => [kind, outcome]),
    [
      ['act.begin', 'begun'],
      ['act.end', 'done'],
    ],
  )
})
