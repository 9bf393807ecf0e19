/** Objects by name and by the hash of their content, as any HTTP client finds them (RFC 9110). */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate } from '@ron/app-sdk'
import { RawClient } from '@ron/transport/listener/raw-client.fixture'
import { asker, type Problem } from './http.ts'
import { scrape } from './metrics.ts'
import { startNode } from './node-process.ts'

const node = await startNode({ args: ['--set', 'storage.bytes_max=4MiB'] })
const ask = asker(node)

/** BLAKE3 of `abc`, from the published test vectors of other implementations. */
const abc = 'b3:6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85'

interface Stored {
  readonly address: string
  readonly bytes: number
}

test('a named object comes back with its type, its address and its length', async () => {
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  const put = await ask('PUT /objects/letters/abc.txt', { body: 'abc', headers })
  assert.equal(put.status, 201)
  assert.equal(put.headers.get('etag'), `"${abc}"`)
  assert.equal(put.json<Stored>().address, abc)

  const got = await ask('GET /objects/letters/abc.txt')
  assert.equal(got.status, 200)
  assert.equal(got.text, 'abc')
  assert.equal(got.headers.get('content-type'), 'text/plain; charset=utf-8')
  assert.equal(got.headers.get('etag'), `"${abc}"`)
  assert.equal(got.headers.get('x-content-b3'), abc)
  assert.equal(got.headers.get('accept-ranges'), 'bytes')

  const head = await ask('HEAD /objects/letters/abc.txt')
  assert.equal(head.status, 200)
  assert.equal(head.text, '')
  assert.equal(head.headers.get('content-length'), '3')
  assert.equal(head.headers.get('etag'), `"${abc}"`)

  assert.equal((await ask('PUT /objects/letters/abc.txt', { body: 'abcd' })).status, 200)
  assert.equal((await ask('GET /objects/letters/abc.txt')).text, 'abcd')
})

test('content without a name lives at its address, and storing it again is no second copy', async () => {
  const first = await ask('POST /o', { body: 'abc' })
  assert.equal(first.status, 201)
  assert.equal(first.headers.get('location'), `/o/${abc}`)
  assert.equal((await ask('POST /o', { body: 'abc' })).status, 200)
  assert.equal((await ask(`GET /o/${abc}`)).text, 'abc')
  assert.equal((await ask(`DELETE /o/${abc}`)).status, 204)
  assert.equal((await ask(`GET /o/${abc}`)).status, 404)
})

test('a range is answered with that part, one outside the content with 416 and the length', async () => {
  await ask('PUT /objects/digits', { body: '0123456789' })
  const part = async (range: string, more: Record<string, string> = {}) => {
    const { status, text, headers } = await ask('GET /objects/digits', { headers: { range, ...more } })
    return [status, text, headers.get('content-range')]
  }
  assert.deepEqual(await part('bytes=2-4'), [206, '234', 'bytes 2-4/10'])
  assert.deepEqual(await part('bytes=7-'), [206, '789', 'bytes 7-9/10'])
  assert.deepEqual(await part('bytes=-3'), [206, '789', 'bytes 7-9/10'])
  assert.deepEqual(await part('bytes=8-99'), [206, '89', 'bytes 8-9/10'])
  assert.deepEqual(await part('lines=1-2'), [200, '0123456789', null])
  assert.deepEqual(await part('bytes=4-2'), [200, '0123456789', null])
  assert.deepEqual(await part('bytes=0-1', { 'if-range': '"b3:other"' }), [200, '0123456789', null])
  const [status, , contentRange] = await part('bytes=10-')
  assert.deepEqual([status, contentRange], [416, 'bytes */10'])
})

test('conditions are held: 304 when unchanged, 412 when somebody else was faster', async () => {
  const etag = (await ask('PUT /objects/page', { body: 'one' })).headers.get('etag') ?? ''
  const unchanged = await ask('GET /objects/page', { headers: { 'if-none-match': etag } })
  assert.deepEqual([unchanged.status, unchanged.text, unchanged.headers.get('etag')], [304, '', etag])
  assert.equal((await ask('GET /objects/page', { headers: { 'if-none-match': '"b3:other"' } })).status, 200)

  const status = async (what: `${string} /${string}`, headers: Record<string, string>) =>
    (await ask(what, what.startsWith('PUT') ? { headers, body: 'two' } : { headers })).status
  assert.equal(await status('PUT /objects/page', { 'if-none-match': '*' }), 412)
  assert.equal(await status('PUT /objects/page', { 'if-match': '"b3:other"' }), 412)
  assert.equal(await status('DELETE /objects/page', { 'if-match': '"b3:other"' }), 412)
  assert.equal((await ask('GET /objects/page')).text, 'one')
  assert.equal(await status('PUT /objects/page', { 'if-match': etag }), 200)
  assert.equal(await status('DELETE /objects/page', { 'if-match': '*' }), 204)
})

test('content that is not what its digest says is refused with 409, counted, and not kept', async () => {
  const counted = async () => (await scrape(node)).value('integrity_failure_total{stage="blake3_mismatch"}')
  const before = await counted()
  const refused = await ask('PUT /objects/forged', { body: 'abd', headers: { 'x-content-b3': abc } })
  assert.equal(refused.status, 409)
  assert.equal(refused.json<Problem>().code, 'DigestMismatch')
  assert.equal((await ask(`PUT /o/${abc}`, { body: 'abd' })).status, 409)
  assert.equal((await ask('GET /objects/forged')).status, 404)
  assert.equal((await ask(`GET /o/${abc}`)).status, 404)
  assert.equal(await counted(), before + 2)
})

test('names are listed in order, a page at a time', async () => {
  for (const name of ['c', 'a', 'b/1', 'b']) await ask(`PUT /objects/list/${name}`, { body: name })
  interface Page {
    readonly items: readonly { readonly name: string }[]
    readonly next?: string
  }
  const names: string[] = []
  let after = ''
  for (let pages = 0; pages < 5; pages++) {
    const page = (await ask(`GET /objects?prefix=list/&limit=3&after=${after}`)).json<Page>()
    names.push(...page.items.map(({ name }) => name))
    if (page.next === undefined) break
    after = encodeURIComponent(page.next)
  }
  assert.deepEqual(names, ['list/a', 'list/b', 'list/b/1', 'list/c'])
})

test('a path that two readers could understand differently names nothing', async () => {
  const paths = [
    '/objects/../healthz',
    '/objects/a/./b',
    '/objects/a//b',
    '/objects/%2e%2e/healthz',
    '/objects/a%2f..%2fb',
    '/objects/a%2f%2fb',
    '/graph/nodes/a%2fb',
    '/objects/a%5cb',
    '/objects/a\\b',
    '/objects/a%00',
    '/objects/%ff',
    '/objects/%zz',
    `/objects/${'n'.repeat(513)}`,
  ]
  for (const path of paths) {
    const client = await RawClient.open(node.port)
    client.send(`GET ${path} HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer ${node.token}\r\n\r\n`)
    const { status, headers } = await client.answer()
    assert.equal(status, 400, path)
    assert.equal(headers.get('content-type'), 'application/problem+json', path)
    client.destroy()
  }
})

test('a slash is a slash, encoded or not, and the wall sees what the object store sees', async () => {
  assert.equal((await ask('PUT /objects/encoded%2fslash', { body: 'x' })).status, 201)
  assert.equal((await ask('GET /objects/encoded/slash')).text, 'x')
  const token = attenuate(node.token, 'path = /objects/encoded/*')
  assert.equal((await ask('GET /objects/encoded%2Fslash', { token })).status, 200)
  assert.equal((await ask('GET /objects/page%2fencoded', { token })).status, 403)
  assert.equal((await ask('GET /objects/encoded%2f..%2fpage', { token })).status, 400)
})

test('every refusal is a problem document that can be traced', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const headers = { traceparent, 'x-request-id': 'req-1', 'x-correlation-id': 'cor-1' }
  const refused = await ask('GET /objects/nowhere', { headers })
  assert.equal(refused.status, 404)
  assert.equal(refused.headers.get('content-type'), 'application/problem+json')
  assert.equal(refused.headers.get('x-request-id'), 'req-1')
  assert.equal(refused.headers.get('x-correlation-id'), 'cor-1')
  const problem = refused.json<Problem>()
  assert.equal(problem.trace_id, '0af7651916cd43dd8448eb211c80319c')
  assert.equal(problem.type, 'urn:ron:problem:not-found')
  assert.deepEqual([problem.status, problem.code, problem.retryable], [404, 'NotFound', false])
  assert.match(problem.detail, /nowhere/)
})

test('a full node says 507 and keeps what it has; room that is given back can be used', async () => {
  const piece = (at: number) => new Uint8Array(1_000_000).fill(at)
  const statuses: number[] = []
  for (let at = 0; at < 5; at++)
    statuses.push((await ask(`PUT /objects/fill/${at}`, { body: piece(at) })).status)
  assert.deepEqual(statuses, [201, 201, 201, 201, 507])
  assert.equal((await ask('GET /objects/fill/0')).bytes.length, 1_000_000)
  assert.equal((await ask('GET /objects/fill/4')).status, 404)
  assert.equal((await ask('DELETE /objects/fill/0')).status, 204)
  assert.equal((await ask('PUT /objects/fill/4', { body: piece(4) })).status, 201)
})
