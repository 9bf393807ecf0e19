import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { issued } from '../tls/certificate.fixture.ts'
import { wayTo, type Way } from './way.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'way-'))

/** A server at a Unix socket that answers so, and the way there. */
async function at(answer: RequestListener, run: (way: Way) => Promise<void>): Promise<void> {
  const within = folder()
  const path = join(within, 's')
  const server = createServer(answer).listen(path)
  await once(server, 'listening')
  try {
    await run(wayTo({ kind: 'socket', path }))
  } finally {
    end(server)
    rmSync(within, { recursive: true })
  }
}

function end(server: Server): void {
  server.closeAllConnections()
  server.close()
}

const echo: RequestListener = (request, response) => {
  response.setHeader('x-sent', `${request.method} ${request.headers['content-length'] ?? 'in chunks'}`)
  request.pipe(response)
}

const url = 'http://localhost/a'
const streamed = () => new Blob(['one ', 'two']).stream()

test('text, bytes, a blob and a stream are sent as they are, with their length where it is known', () =>
  at(echo, async ({ fetch }) => {
    for (const [body, sent] of [
      ['one two', 'PUT 7'],
      [new TextEncoder().encode('one two'), 'PUT 7'],
      [new Blob(['one ', 'two']), 'PUT 7'],
      [streamed(), 'PUT in chunks'],
    ] as const) {
      const response = await fetch(url, { method: 'PUT', body })
      assert.equal(response.headers.get('x-sent'), sent)
      assert.equal(await response.text(), 'one two')
    }
    const form = new URLSearchParams({ a: 'b' })
    await assert.rejects(fetch(url, { method: 'PUT', body: form }), (error) =>
      /must be text/.test(causeOf(error)),
    )
  }))

function causeOf(error: unknown): string {
  return error instanceof TypeError && error.cause instanceof Error ? error.cause.message : String(error)
}

test('status and headers come as they are, also where there is no body', () =>
  at(
    (request, response) => {
      response
        .writeHead(
          Number(request.headers['x-status']),
          [
            ['x-a', '1'],
            ['x-a', '2'],
          ].flat(),
        )
        .end()
    },
    async ({ fetch }) => {
      for (const status of [200, 204, 304, 418, 503]) {
        const response = await fetch(url, { headers: { 'x-status': String(status) } })
        assert.deepEqual([response.status, response.headers.get('x-a')], [status, '1, 2'])
        assert.equal(await response.text(), '')
      }
    },
  ))

test('a redirect is refused, so that no token goes along', () =>
  at(
    (_, response) => void response.writeHead(307, { location: 'http://elsewhere/' }).end(),
    ({ fetch }) =>
      assert.rejects(fetch(url, {}), (error) => /redirect to http:\/\/elsewhere\//.test(causeOf(error))),
  ))

test('who aborts is told so with the reason, before the request, before the answer and within it', () =>
  at(
    (request, response) => {
      if (request.url === '/begins') response.write('begun')
    },
    async ({ fetch }) => {
      const reason = new Error('enough')
      const isReason = (error: unknown) => error === reason
      await assert.rejects(fetch(url, { signal: AbortSignal.abort(reason) }), isReason)
      const [waiting, reading] = [new AbortController(), new AbortController()]
      const answer = fetch(url, { signal: waiting.signal })
      waiting.abort(reason)
      await assert.rejects(answer, isReason)
      const begun = await fetch('http://localhost/begins', { signal: reading.signal })
      const rest = begun.text()
      reading.abort(reason)
      await assert.rejects(rest)
    },
  ))

test('an answer that breaks off is no answer', () =>
  at(
    (_, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('five!', () => response.destroy())
    },
    async ({ fetch }) => {
      await assert.rejects((await fetch(url, {})).text())
    },
  ))

test('a socket where nobody listens is an error that says so', async () => {
  const { fetch } = wayTo({ kind: 'socket', path: '/nowhere/node.sock' })
  await assert.rejects(fetch(url, {}), (error) => /ENOENT \/nowhere\/node\.sock/.test(causeOf(error)))
})

test('over TLS only the authorities that were given are trusted, and the certificate is shown', async () => {
  const authority = issued({ name: 'authority', authority: true })
  const own = issued({ name: 'node', issuer: authority, ips: ['127.0.0.1'] })
  const app = issued({ name: 'app', issuer: authority })
  const server = createSecureServer(
    { cert: own.certificate, key: own.key, ca: authority.certificate, requestCert: true },
    echo,
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const there = `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
  const ca = authority.certificate
  const get = (trust: Parameters<typeof wayTo>[0] & { kind: 'tls' }) => wayTo(trust).fetch(there, {})
  try {
    const shown = { ca, cert: app.certificate, key: app.key }
    assert.equal((await get({ kind: 'tls', trust: shown })).status, 200)
    await assert.rejects(get({ kind: 'tls', trust: { ca } }))
    const { certificate: strange } = issued({ name: 'authority', authority: true })
    await assert.rejects(get({ kind: 'tls', trust: { ...shown, ca: strange } }), (error) =>
      /certificate|signature|issuer/i.test(causeOf(error)),
    )
  } finally {
    end(server)
  }
})
