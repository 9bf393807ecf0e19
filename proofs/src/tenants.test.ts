/**
 * Tenants beside each other on one macronode: what one of them takes is counted and bounded, one that asks for far more
 * than its quota costs the others nothing they would notice, and operators see who is hurting whom.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate } from '@ron/app-sdk'
import { eventually } from './eventually.ts'
import { asker, type Problem, type Reply } from './http.ts'
import { startNode } from './node-process.ts'
import { ronctl } from './ronctl.ts'

const [good, hostile, named] = ['a', 'b', 'c'].map((digit) => digit.repeat(32))
const node = await startNode({
  profile: 'macro',
  args: [
    ...['--set', 'quota.tenant_requests_per_second=20'],
    ...['--set', `quota.tenants=${named} requests=2 bytes=1KiB cpu=90 in_flight=4 weight=2`],
  ],
})
const as = (tenant = '') => asker({ url: node.url, token: attenuate(node.token, `tenant = ${tenant}`) })
const admin = asker({ url: node.admin, token: node.token })

interface Report {
  readonly tenants: readonly {
    readonly tenant: string
    readonly requests: number
    readonly refused: number
    readonly held: number
    readonly bytes_in: number
    readonly bytes_out: number
    readonly stored_bytes: number
    readonly topics: number
    readonly requests_per_second: number
    readonly refused_per_second: number
  }[]
}
const report = async () => (await admin('GET /api/v1/tenants')).json<Report>()

test('a tenant past its quota is told what its quota is and when to come back', async () => {
  const ask = as(named)
  const replies = await Promise.all(Array.from({ length: 4 }, () => ask('GET /objects/none')))
  const refused = replies.find(({ status }) => status === 429) ?? assert.fail('nothing was refused')
  assert.equal(refused.json<Problem>().code, 'QuotaExceeded')
  assert.equal(refused.json<Problem>().explain?.rule, 'tenant-requests')
  assert.equal(refused.headers.get('ratelimit'), '"requests";r=0;t=1')
  assert.equal(
    refused.headers.get('ratelimit-policy'),
    '"requests";q=2;w=1, "bytes";q=1024;w=1;qu="content-bytes", "cpu";q=900;w=1;qu="milliseconds", "in-flight";q=4;qu="concurrent-requests", "connections";q=256;qu="connections"',
  )
  assert.ok(Number(refused.headers.get('retry-after')) >= 1)
})

test('bytes that were too many are waited for afterwards', async () => {
  const ask = as(named)
  const put = () => ask('PUT /objects/large', { body: 'x'.repeat(3_000) })
  await eventually('the large object is stored', async () => (await put()).status < 300)
  await eventually('bytes are what it waits for', async () => {
    const reply = await ask('GET /objects/none')
    return reply.status === 429 && reply.json<Problem>().explain?.rule === 'tenant-bytes'
  })
})

test('a tenant at many times its quota is refused and slowed down, and another is not refused at all', async () => {
  const flood = as(hostile)
  const ask = as(good)
  assert.equal((await ask('PUT /objects/mine', { body: 'kept' })).status, 201)
  const enough = new AbortController()
  const refusals: Reply[] = []
  const flooders = Array.from({ length: 32 }, async () => {
    while (!enough.signal.aborted) {
      const reply = await flood('GET /objects/mine')
      assert.ok([404, 429].includes(reply.status), reply.text)
      if (reply.status === 429) refusals.push(reply)
    }
  })
  for (let asked = 0; asked < 30; asked++) {
    const reply = await ask('GET /objects/mine')
    assert.equal(reply.text, 'kept')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const { tenants } = await report()
  enough.abort()
  await Promise.all(flooders)
  const row = (tenant = '') =>
    tenants.find((row) => row.tenant === tenant) ?? assert.fail(`no row of ${tenant}`)
  assert.equal(row(good).refused, 0)
  assert.ok(row(hostile).refused > 100, `${row(hostile).refused} refusals`)
  assert.ok(row(hostile).held > 0, 'its refusals are held back')
  // Held for a quarter of a second each, on 32 connections, and as many at once as before the first was held.
  assert.ok(row(hostile).refused < 1_000, `${row(hostile).refused} refusals`)
  assert.ok(row(good).bytes_out >= 4 * 30)
  assert.equal(row(good).stored_bytes, 4 + 2 * 512)
  assert.equal(row(good).topics, 0)
})

test('the page, the endpoint and ronctl say the same', async () => {
  const page = await admin('GET /tenants')
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
  assert.ok(page.text.includes(String(hostile)))
  const { stdout } = await ronctl(['tenants'], node)
  assert.ok(stdout.includes(String(hostile)), stdout)
})

test('a row of limits that cannot be read stops the start and says why', async () => {
  const failing = startNode({ profile: 'macro', args: ['--set', `quota.tenants=${good} cpu=lots`] })
  await assert.rejects(failing, /cpu is a whole number/)
})
