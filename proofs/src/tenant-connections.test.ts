/** WebSockets are counted by tenant, with a quota: who has too many is told so on the next one, and others are not. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attenuate } from '@ron/app-sdk'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import { startNode } from './node-process.ts'
import { OapSocket } from './oap-socket.ts'

const [tenant, other] = ['a', 'b'].map((digit) => digit.repeat(32)) as [string, string]

test('a tenant has as many WebSockets as its quota says, and another one when one of them closes', async () => {
  const node = await startNode({ profile: 'macro', args: ['--set', 'quota.tenant_connections=2'] })
  const list = async (socket: OapSocket, of = tenant) => {
    const cap = attenuate(node.token, `tenant = ${of}`)
    const call = { protocol: 0x0101, code: 4, corrId: 1, cap, tenant: of, fields: { prefix: '' } }
    return (await socket.call(call)).status
  }
  const [first, second, third] = [
    await OapSocket.open(node.url),
    await OapSocket.open(node.url),
    await OapSocket.open(node.url),
  ]
  assert.deepEqual([await list(first), await list(first), await list(second)], [200, 200, 200])
  assert.equal(await list(third), 429)
  assert.equal(await list(third, other), 200)
  const admin = asker({ url: node.admin, token: node.token })
  const { tenants } = (await admin('GET /api/v1/tenants')).json<{
    tenants: readonly { tenant: string; connections: number }[]
  }>()
  assert.equal(tenants.find((row) => row.tenant === tenant)?.connections, 2)
  first.close()
  await eventually('a place', async () => (await list(third)) === 200)
  second.close()
  third.close()
})
