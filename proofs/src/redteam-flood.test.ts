/**
 * Too much of everything: connections past the limit, connections that are gone at once, requests past a quota, and
 * tokens that are guessed. What is refused is counted, and who keeps within the limits is served.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attenuate } from '@ron/app-sdk'
import { RawClient } from '@ron/transport/listener/raw-client.fixture'
import { besides, besieged, counted, drivers, ownDriver, tellMissing } from './besieged.ts'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import type { NodeProcess } from './node-process.ts'

const connectionsMax = 40
const burst = 50

for (const driver of drivers) {
  test(`five times the connections there may be, on ${driver}: the surplus is closed, and one that is in stays in`, async () => {
    const node = await besieged(driver, [`limits.max_conns=${connectionsMax}`], {
      MICRO_READ_TIMEOUT: '1s',
      MICRO_IDLE_TIMEOUT: '6s',
    })
    await besides(node, async () => {
      const { clients, refused } = await flooded(node, 5 * connectionsMax, 'connections')
      assert.ok(refused >= 4 * connectionsMax, `${refused} refused`)
      assert.ok((await scrape(node)).value('open_connections') <= connectionsMax)
      // Silence takes them out, with no help of anybody.
      await eventually('all of them to be closed', async () => clients.every(({ closed }) => closed))
      assert.equal((await asker(node)('GET /objects')).status, 200)
    })
  })

  test(`more connections of one address than it may have, on ${driver}: the surplus is closed, whatever else there is`, async () => {
    const node = await besieged(driver, [`limits.max_conns_per_address=${connectionsMax}`])
    await besides(node, async () => {
      const { clients, refused } = await flooded(node, 2 * connectionsMax, 'connections_per_address')
      assert.ok(refused > connectionsMax, `${refused} refused`)
      for (const client of clients) client.destroy()
      await eventually('room again', async () => (await scrape(node)).value('open_connections') < 10)
    })
  })

  test(`connections that are gone as soon as they are there, on ${driver}: nothing of them is left`, async () => {
    const node = await besieged(driver)
    await besides(node, async () => {
      for (let wave = 0; wave < 10; wave++) {
        const clients = await Promise.all(Array.from({ length: 100 }, () => RawClient.open(node.port)))
        for (const [at, client] of clients.entries()) {
          if (at % 3 === 0) client.send('GET /objects HTTP/1.1\r\nHo')
          client.vanish()
        }
      }
      // The honest client, and those that fetch keeps.
      await eventually(
        'their connections to be gone',
        async () => (await scrape(node)).value('open_connections') < 10,
      )
    })
  })
}

test('a capability far past its quota is refused by the book, and others do not notice', async () => {
  const node = await besieged(ownDriver, ['quota.requests_per_second=200', `quota.burst=${burst}`])
  const token = attenuate(node.token, `tenant = ${'a'.repeat(32)}`)
  const ask = asker({ url: node.url, token })
  await besides(node, async () => {
    let told = 0
    const refused = await counted(node, 'rejected_total{reason="quota"}', async () => {
      await Promise.all(
        Array.from({ length: 16 }, async () => {
          for (let asked = 0; asked < 40; asked++) {
            const reply = await ask('GET /objects/none')
            assert.ok([404, 429].includes(reply.status), reply.text)
            if (reply.status !== 429) continue
            told += 1
            assert.match(reply.headers.get('retry-after') ?? '', /^[1-9]/)
            assert.equal(reply.json<Problem>().code, 'QuotaExceeded')
          }
        }),
      )
    })
    assert.ok(told > 0, 'none was refused')
    assert.equal(refused, told)
  })
})

test('tokens that are guessed are all refused and counted, and none of them is looked at for long', async () => {
  const node = await besieged(ownDriver)
  const ask = asker(node)
  // Three kinds: no token at all, a token of this node with its last part exchanged, and noise.
  const guesses = [
    ...Array.from({ length: 60 }, () => ({})),
    ...Array.from({ length: 60 }, (_, at) => ({
      authorization: `Bearer ${node.token.slice(0, -4)}${1_000 + at}`,
    })),
    ...Array.from({ length: 60 }, (_, at) => ({ authorization: `Macaroon ${'A'.repeat(at * 50)}` })),
  ]
  await besides(node, async () => {
    const denied = await counted(node, 'rejected_total{reason="unauth"}', async () => {
      const replies = await Promise.all(
        guesses.map((headers) => ask('GET /objects', { token: null, headers })),
      )
      for (const { status, text } of replies) assert.equal(status, 401, text)
    })
    assert.equal(denied, guesses.length)
  })
})

/** Opens so many connections, waits until there are fewer than may be, and says which they are and how many were refused. */
async function flooded(node: NodeProcess, connections: number, reason: string) {
  const clients: RawClient[] = []
  const refused = await counted(node, `rejected_total{reason="${reason}"}`, async () => {
    clients.push(...(await Promise.all(Array.from({ length: connections }, () => RawClient.open(node.port)))))
    const open = () => clients.filter(({ closed }) => !closed).length
    await eventually('the surplus to be closed', async () => open() < connectionsMax)
  })
  return { clients, refused }
}

tellMissing()
