/**
 * The first five minutes: the lines the node prints, the snippet of the blueprint (§13), and the typed clients
 * of every facet over both carriers.
 */

import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { attenuate, inspect, NodeError, SDK } from '@ron/app-sdk'
import { startNode } from './node-process.ts'
import { need, runProgram } from './programs.ts'

const node = await startNode({ banner: true })
const run = promisify(execFile)

/** As the blueprint prints it. */
const snippet = `
import { SDK } from "@ron/app-sdk";
const sdk = new SDK({ baseUrl: "http://127.0.0.1:8080", cap: process.env.RON_CAP });
await sdk.put("/objects/hello.txt", new TextEncoder().encode("hi"));
const feed = await sdk.get("/feed/home?user=alice");
`

test('the lines of the banner can be pasted into a shell', async () => {
  need('curl')
  const lines = node
    .output()
    .split('\n')
    .filter((line) => /^  (export|curl) /.test(line))
  assert.equal(lines.length, 3)
  const { exitCode, output } = await runProgram('bash', ['-c', lines.join('\n')])
  assert.equal(exitCode, 0, output)
  assert.match(output, /"outcome":"created"/)
  assert.match(output, /hello$/)

  const [, metrics = ''] = /^  metrics  (curl .+)$/m.exec(node.output()) ?? []
  assert.match((await runProgram('bash', ['-c', metrics])).output, /^http_requests_total/m)
})

test('the snippet of the blueprint runs as it is printed', async () => {
  const script = `${snippet.replace('http://127.0.0.1:8080', node.url)}console.log(JSON.stringify(feed))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, RON_CAP: node.token },
  })
  assert.deepEqual(JSON.parse(stdout), { user: 'alice', items: [] })
  const sdk = new SDK({ baseUrl: node.url, cap: node.token })
  assert.deepEqual(await sdk.get('/objects/hello.txt'), new TextEncoder().encode('hi'))
})

test('a body may be a stream, both ways', async () => {
  const sdk = new SDK({ baseUrl: node.url, cap: node.token })
  const pieces = ['one ', 'two ', 'three']
  const source = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift()
      if (piece === undefined) controller.close()
      else controller.enqueue(new TextEncoder().encode(piece))
    },
  })
  await sdk.put('/objects/streamed', source)
  let text = ''
  const stream = await sdk.open('/objects/streamed')
  for await (const piece of stream.pipeThrough(new TextDecoderStream())) text += piece
  assert.equal(text, 'one two three')
})

for (const carrier of ['http', 'oap'] as const) {
  const sdk = new SDK({ baseUrl: node.url, cap: node.token, carrier })
  after(() => sdk.close())
  const named = (name: string) => `${carrier}-${name}`

  test(`over ${carrier}, objects are stored, read in part, listed and removed`, async () => {
    const body = new TextEncoder().encode('0123456789')
    const name = named('digits')
    const put = await sdk.objects.put({ name, body, content_type: 'text/plain' })
    assert.equal(put.outcome, 'created')
    const whole = await sdk.objects.get({ name })
    assert.deepEqual([whole.outcome, whole.address, whole.content_type], ['whole', put.address, 'text/plain'])
    assert.deepEqual(new Uint8Array(whole.body), body)
    const part = await sdk.objects.get({ name, range: 'bytes=2-4' })
    assert.deepEqual(
      [part.outcome, part.content_range, Buffer.from(part.body).toString()],
      ['part', 'bytes 2-4/10', '234'],
    )
    const unchanged = await sdk.objects.get({ name, if_none_match: put.etag })
    assert.equal(unchanged.outcome, 'unchanged')
    const { items } = await sdk.objects.list({ prefix: carrier })
    assert.deepEqual(
      items.map((item) => item.name),
      [name],
    )
    await sdk.objects.remove({ name })
    await assert.rejects(sdk.objects.get({ name }), isRefusal('NotFound', 404))
  })

  test(`over ${carrier}, a megabyte makes the journey whole`, async () => {
    const body = new Uint8Array(1_000_000).map((_, at) => at % 251)
    const { address } = await sdk.objects.post({ body })
    const back = await sdk.objects.getByAddress({ address })
    assert.deepEqual(new Uint8Array(back.body), body)
  })

  test(`over ${carrier}, a message is sent, received and acknowledged`, async () => {
    const topic = named('jobs')
    const sent = await sdk.mailbox.send({ topic, idem_key: 'k', payload_b64: btoa('work') })
    assert.equal(sent.duplicate, false)
    const { messages } = await sdk.mailbox.recv({ topic, wait_ms: 10_000 })
    assert.deepEqual(
      messages.map(({ msg_id, payload_b64 }) => [msg_id, atob(payload_b64)]),
      [[sent.msg_id, 'work']],
    )
    await sdk.mailbox.ack({ msg_id: sent.msg_id })
    assert.deepEqual(await sdk.mailbox.topic({ topic }), {
      topic,
      ready: 0,
      leased: 0,
      waiting: 0,
      dead: 0,
      bytes: 0,
    })
  })

  test(`over ${carrier}, a home is read and watched`, async () => {
    const [user, author] = [named('alice'), named('bob')]
    await sdk.feed.follow({ user, author })
    const seen: string[] = []
    const watching = (async () => {
      for await (const event of sdk.feed.watchHome({ user })) {
        seen.push(event.text ?? '')
        return
      }
    })()
    // The subscription shows what comes after it began, and its beginning shows in nothing but that.
    for (let posts = 0; seen.length === 0 && posts < 200; posts++) {
      await sdk.feed.post({ author, text: `post ${posts}` })
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    await watching
    const { items } = await sdk.feed.home({ user, limit: 100 })
    assert(items.some(({ text }) => text === seen[0]))
  })

  test(`over ${carrier}, the graph is linked and walked`, async () => {
    const [from, to] = [named('a'), named('b')]
    assert.deepEqual(await sdk.graph.link({ from, to, weight: 2 }), { outcome: 'created' })
    const { neighbors } = await sdk.graph.graph({ q: from })
    assert.deepEqual(
      neighbors.map((one) => [one.node, one.weight]),
      [[to, 2]],
    )
    assert.deepEqual(await sdk.graph.neighbors({ node: from }), await sdk.graph.graph({ q: from }))
  })

  test(`over ${carrier}, documents are found`, async () => {
    const id = named('doc')
    await sdk.search.putDoc({ id, fields: { title: 'A unicorn', body: `only ${carrier} has one` } })
    const { results } = await sdk.search.search({ q: `unicorn ${carrier}` })
    assert.equal(results[0]?.id, id)
    assert.deepEqual((await sdk.search.getDoc({ id })).fields['title'], 'A unicorn')
  })

  test(`over ${carrier}, a refusal arrives as what it is`, async () => {
    const cap = attenuate(node.token, 'verbs = objects.read')
    assert.deepEqual(inspect(cap).caveats.at(-1), 'verbs = objects.read')
    const reader = new SDK({ baseUrl: node.url, cap, carrier })
    await reader.objects.list()
    const refused = reader.objects.put({ name: 'x', body: new Uint8Array(1) })
    await assert.rejects(refused, isRefusal('CapabilityScope', 403))
    await assert.rejects(sdk.zk.circuits(), isRefusal('NotEnabled', 501))
    await assert.rejects(sdk.graph.graph({ q: 'a', hops: 9 }), isRefusal('BadRequest', 400))
    reader.close()
  })
}

function isRefusal(code: string, status: number) {
  return (cause: unknown) => {
    assert(cause instanceof NodeError)
    assert.deepEqual([cause.code, cause.status, cause.problem.status], [code, status, status])
    assert.notEqual(cause.problem.trace_id, '')
    return true
  }
}
