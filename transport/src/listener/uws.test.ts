import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { until } from '@ron/kernel/system/until'
import type { Exchange } from './listener.ts'
import { listenerSuite } from './listener.suite.ts'
import { staged, text } from './staging.fixture.ts'
import { noUws } from './uws-here.fixture.ts'
import { uws } from './uws.ts'

const skip = noUws ?? false

listenerSuite(uws, noUws)

test('uWebSockets.js: the driver says which version it is written for, and which ABI it runs on', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  assert.equal(dependencies['uWebSockets.js'], `npm:uws-pack@${uws.info.version}`)
  assert.equal(uws.info.abi, process.versions.modules)
})

test('uWebSockets.js: now and then an answer without a body ends its connection, cleanly', { skip }, () => {
  let aborted = 0
  const ends = { fraction: () => 0, bytes: (length: number) => new Uint8Array(length) }
  const exchange = (one: Exchange) => {
    one.onAbort(() => aborted++)
    text(one, Number(one.path.slice(1)), '')
  }
  return staged(
    uws,
    { exchange },
    async ({ client }) => {
      for (const line of ['HEAD /200', 'GET /204', 'GET /304', 'GET /200']) {
        const one = await client()
        one.send(`${line} HTTP/1.1\r\nHost: node\r\n\r\n`)
        const answer = await one.answer(line.startsWith('HEAD') ? 'HEAD' : 'other')
        assert.equal(answer.headers.get('connection'), 'close')
        await one.ended()
      }
      assert.equal(aborted, 0)
    },
    {},
    ends,
  )
})

test(
  'uWebSockets.js: an early answer waits for a body that is still coming, for else nothing would time the connection',
  { skip },
  () => {
    const waiting: Exchange[] = []
    return staged(uws, { exchange: (one) => void waiting.push(one) }, async ({ client, listener }) => {
      const one = await client()
      one.send('PUT / HTTP/1.1\r\nHost: node\r\nContent-Length: 10\r\n\r\nhello')
      await until(() => waiting.length === 1)
      for (const exchange of waiting) text(exchange, 401, 'no')
      assert.equal(listener.inFlight(), 1)
      one.send('world')
      assert.equal((await one.answer()).status, 401)
      assert.equal(listener.inFlight(), 0)
    })
  },
)

test('uWebSockets.js: where its binary is missing, the error says for what and what to use instead', () => {
  const withoutBinary = `export const resolve = (name, context, next) => name === 'uWebSockets.js'
    ? { url: 'data:text/javascript,throw new Error("no such file")', shortCircuit: true } : next(name, context)`
  const program = `
    import { register } from 'node:module'
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(withoutBinary)}))
    const { uws } = await import(${JSON.stringify(import.meta.resolve('./uws.js'))})
    await uws.listen({ headerBytesMax: 4096, tls: null }, {}, {}).catch((error) => process.stdout.write(error.message))`
  const said = execFileSync(process.execPath, [
    '--no-warnings',
    '--input-type=module',
    '-e',
    program,
  ]).toString()
  assert.match(
    said,
    new RegExp(
      `no binary for .* ABI ${process.versions.modules}; set node\\.driver=node, or use Node 20 or 22 .* npm ci`,
    ),
  )
})
