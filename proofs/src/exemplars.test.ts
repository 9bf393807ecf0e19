/**
 * From a number to the request behind it: exemplars of `request_latency_seconds` carry the trace id that a client sent
 * over HTTP or OAP, and that its log line and `ronctl explain` know; Prometheus reads and keeps them; and who does not ask
 * for OpenMetrics gets the text format.
 */

import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { asker } from './http.ts'
import { startNode } from './node-process.ts'
import { answerOf, framesIn, OapSocket, request } from './oap-socket.ts'
import { need } from './programs.ts'
import { ronctl } from './ronctl.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

const node = await startNode({ args: ['--set', 'log.level=debug'] })
const ask = asker(node)
const openType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
const list = { protocol: 0x0101, code: 4 }
const missing = { protocol: 0x0101, code: 1, fields: { name: 'not/there' } }

interface Exemplar {
  readonly route: string
  readonly method: string
  /** Seconds. */
  readonly bound: number
  readonly seconds: number
  readonly at: number
}

/** As `traceparent` has it, sampled. */
function sampled(traceId: string) {
  return { traceparent: `00-${traceId}-b7ad6b7169203331-01` }
}

async function scraped(accept?: string) {
  const headers = accept === undefined ? undefined : { accept }
  const response = await fetch(`${node.admin}/metrics`, headers === undefined ? {} : { headers })
  return { type: response.headers.get('content-type'), text: await response.text() }
}

/** The one exemplar of a trace that has this method. */
async function exemplarOf(traceId: string, ofMethod: string): Promise<Exemplar> {
  const { text } = await scraped(openType)
  const [line, ...others] = text
    .split('\n')
    .filter((each) => each.includes(`trace_id="${traceId}"`) && each.includes(`method="${ofMethod}"`))
  assert.deepEqual([typeof line, others], ['string', []], `exemplars of ${traceId}`)
  const read =
    /^request_latency_seconds_bucket\{route="(.+)",method="(\w+)",le="(.+)"\} \d+ # \{trace_id="[0-9a-f]{32}"\} (\S+) (\d+\.\d{3})$/
  const [, route = '', method = '', bound = '', seconds = '', at = ''] = read.exec(line ?? '') ?? []
  assert.notEqual(route, '', line)
  return {
    route,
    method,
    bound: bound === '+Inf' ? Infinity : Number(bound),
    seconds: Number(seconds),
    at: Number(at),
  }
}

/** One request is meant by the exemplar, the log and `ronctl explain`. */
async function isOneRequest(traceId: string, route: string, method: string): Promise<void> {
  const exemplar = await exemplarOf(traceId, method)
  assert.deepEqual([exemplar.route, exemplar.method], [route, method])
  assert(exemplar.seconds > 0 && exemplar.seconds <= exemplar.bound, JSON.stringify(exemplar))
  const { code, stdout } = await ronctl(['explain', traceId, '--json'], node)
  assert.equal(code, 0, stdout)
  const found = JSON.parse(stdout).requests.find((one: { method: string }) => one.method === method)
  assert.deepEqual([found.trace_id, found.route], [traceId, route])
  assert(Math.abs(found.stages.total_ms - 1_000 * exemplar.seconds) < 0.001, stdout)
  assert(Math.abs(Date.parse(found.at) - 1_000 * exemplar.at) < 1_000, stdout)
  const lines = node
    .output()
    .split('\n')
    .filter((line) => line.includes(`"trace_id":"${traceId}"`) && line.includes(`"method":"${method}"`))
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ route: logged }) => logged),
    [route],
  )
}

test('a trace over HTTP is an exemplar, a line of the log, and explained', async () => {
  for (let n = 0; n < 50; n++) await ask(`PUT /objects/exemplars/${n}`, { body: 'x' })
  const trace = 'a1'.repeat(16)
  const { status } = await ask('PUT /objects/exemplars/traced', { body: 'x', headers: sampled(trace) })
  assert.equal(status, 201)
  await isOneRequest(trace, '/objects/*name', 'PUT')
})

test('a trace over POST /oap is that of its messages', async () => {
  const trace = 'b2'.repeat(16)
  const reply = await ask('POST /oap', {
    body: request({ ...list, corrId: 1 }),
    headers: { ...sampled(trace), 'content-type': 'application/oap' },
  })
  const [answered, ...others] = framesIn(Buffer.from(reply.bytes))
  assert(answered !== undefined)
  assert.deepEqual([answered.code, others], [200, []])
  await isOneRequest(trace, '/objects', 'OAP')
})

test('what a WebSocket was refused is found by the trace that its answer names', async () => {
  const socket = await OapSocket.open(node.url, node.token)
  const { status, fields } = await socket.call({ ...missing, corrId: 1 })
  assert.equal(status, 404)
  await isOneRequest(String(fields['trace_id']), '/objects/*name', 'OAP')
  socket.close()
  const posted = await ask('POST /oap', {
    body: request({ ...missing, corrId: 1 }),
    headers: { ...sampled('c3'.repeat(16)), 'content-type': 'application/oap' },
  })
  const told = answerOf([...framesIn(Buffer.from(posted.bytes))]).fields
  assert.equal(told['trace_id'], 'c3'.repeat(16))
})

test('only who asks for OpenMetrics gets it', async () => {
  const plain = 'text/plain; version=0.0.4; charset=utf-8'
  for (const accept of [undefined, '*/*', 'text/plain', `${openType};q=0`]) {
    const { type, text } = await scraped(accept)
    assert.equal(type, plain, accept)
    assert.doesNotMatch(text, /trace_id|# EOF/)
  }
  const [open, text] = [await scraped(openType), await scraped()]
  assert.equal(open.type, openType)
  assert.match(open.text, /\n# EOF\n$/)
  const families = ({ text }: { readonly text: string }) =>
    [...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name, type]) =>
      type === 'counter' ? `${name?.replace(/_total$/, '')} counter` : `${name} ${type}`,
    )
  assert.deepEqual(families(open), families(text))
})

test('Prometheus scrapes the node and keeps its exemplars', async () => {
  const trace = 'f5'.repeat(16)
  const prometheus = await startPrometheus()
  interface Targets {
    readonly data: {
      readonly activeTargets: readonly { readonly health: string; readonly lastError: string }[]
    }
  }
  const scrapedOnce = await eventually('a scrape', async () => {
    const { data }: Targets = await prometheus('/api/v1/targets')
    return data.activeTargets.find(({ health }) => health !== 'unknown') ?? null
  })
  assert.deepEqual([scrapedOnce.health, scrapedOnce.lastError], ['up', ''])
  await ask('PUT /objects/exemplars/prometheus', { body: 'x', headers: sampled(trace) })
  const found = await eventually('the exemplar', async () => {
    const all = JSON.stringify(
      await prometheus('/api/v1/query_exemplars?query=request_latency_seconds_bucket&start=0&end=4000000000'),
    )
    return all.includes(trace) ? all : null
  })
  assert.match(found, /"labels":\{"trace_id":"[0-9a-f]{32}"\}/)
})

/** One that scrapes this node every second; asks it and resolves with its JSON. */
async function startPrometheus() {
  const port = await freePort()
  const config = scratchFile(
    'prometheus.yml',
    `scrape_configs:
  - job_name: node
    scrape_interval: 1s
    static_configs: [{ targets: ['127.0.0.1:${node.adminPort}'] }]
`,
  )
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(scratchFolder(), 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
    '--log.level=error',
  ]
  const child = spawn(need('prometheus'), args, { stdio: 'ignore' })
  const ended = once(child, 'exit')
  after(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const base = `http://127.0.0.1:${port}`
  await eventually('Prometheus', async () =>
    fetch(`${base}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return async (path: string) => (await fetch(base + path)).json()
}
