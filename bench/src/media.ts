/**
 * Media under its number: a set of large objects, and random ranges of it. What counts is the time from a request
 * to the first byte of its range; what goes along with it is the pace of whole objects and the memory of the node.
 *
 *     node bench/dist/media.js [--gib 1] [--ranges 4000]
 */

import { Agent, request, type IncomingMessage } from 'node:http'
import { parseArgs } from 'node:util'
import { residentBytes, startNode, type Server } from './child.ts'
import { machineLines } from './machine.ts'
import { median, percentile } from './spread.ts'

const print = (line: string) => process.stdout.write(`${line}\n`)
const mebibyte = 2 ** 20
const objectBytes = 128 * mebibyte
const rangeBytes = 65_536
const rounds = 3

const { values } = parseArgs({
  options: { gib: { type: 'string', default: '1' }, ranges: { type: 'string', default: '4000' } },
})
const objects = Math.max(1, Math.round((Number(values.gib) * 1_024 * mebibyte) / objectBytes))
const ranges = Number(values.ranges)

print(machineLines())
const node = await startNode([
  'storage.media_enabled=true',
  `storage.bytes_max=${objects * 130 + 64}MiB`,
  'supervision.start_timeout=60s',
])
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
try {
  const filledMs = await timed(() => fill(node))
  print(`set      ${objects} objects of ${objectBytes / mebibyte} MiB in pieces of 1 MiB`)
  print(`upload   ${pace(objects * objectBytes, filledMs)}`)
  await rangeStart(1, Math.min(ranges, 400))
  for (const clients of [1, 16]) {
    const spreads: number[][] = []
    for (let round = 0; round < rounds; round++) spreads.push(await rangeStart(clients, ranges))
    const at = (percent: number) => median(spreads.map((samples) => percentile(samples, percent))).toFixed(2)
    print(
      `ranges   ${clients} at once, to the first byte: p50 ${at(50)} ms, p95 ${at(95)} ms, p99 ${at(99)} ms` +
        ` (${rounds} × ${ranges}; asked: p95 at most 5 ms)`,
    )
  }
  const before = residentBytes(node)
  let peak = before
  const watch = setInterval(() => (peak = Math.max(peak, residentBytes(node))), 50)
  const wholeMs = await timed(async () => {
    for (let nth = 0; nth < objects; nth++) await whole(nth)
  })
  print(`whole    ${pace(objects * objectBytes, wholeMs)}, one after the other`)
  const slowMs = await timed(() => Promise.all(Array.from({ length: 8 }, (_, nth) => whole(nth % objects))))
  print(`whole    ${pace(8 * objectBytes, slowMs)}, 8 at once`)
  clearInterval(watch)
  const grown = (peak - before) / mebibyte
  print(
    `memory   ${Math.round(before / mebibyte)} MiB resident, at most ${grown.toFixed(1)} MiB more while sending`,
  )
} finally {
  agent.destroy()
  await node.stop()
}

async function fill(server: Server): Promise<void> {
  const piece = new Uint8Array(mebibyte)
  for (let nth = 0; nth < objects; nth++) {
    const headers = { 'upload-length': String(objectBytes) }
    const location = (await answered(server, 'POST', `/media/bench/${nth}`, headers)).headers.location ?? ''
    for (let at = 0; at < objectBytes; at += mebibyte) {
      // No two chunks are alike, so each is stored.
      new DataView(piece.buffer).setFloat64(0, nth * objectBytes + at)
      const sent = { 'upload-offset': String(at), 'content-type': 'application/offset+octet-stream' }
      await answered(server, 'PATCH', location, sent, piece)
    }
  }
}

/** Milliseconds to the first byte of each of so many ranges, asked for by so many clients. */
async function rangeStart(clients: number, many: number): Promise<number[]> {
  const samples: number[] = []
  const client = async () => {
    while (samples.length < many) {
      const start = Math.floor(Math.random() * (objectBytes - rangeBytes))
      const range = `bytes=${start}-${start + rangeBytes - 1}`
      const from = performance.now()
      const { response } = await sent(node, 'GET', pathOf(Math.floor(Math.random() * objects)), { range })
      if (response.statusCode !== 206) throw new Error(`a range was answered with ${response.statusCode}`)
      let bytes = 0
      for await (const part of response) {
        if (bytes === 0) samples.push(performance.now() - from)
        bytes += Buffer.byteLength(part)
      }
      if (bytes !== rangeBytes) throw new Error(`a range has ${bytes} bytes`)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return samples
}

async function whole(nth: number): Promise<void> {
  const { bytes } = await answered(node, 'GET', pathOf(nth), {})
  if (bytes !== objectBytes) throw new Error(`an object has ${bytes} bytes`)
}

/** Sends, and reads the answer to its end. */
async function answered(
  server: Server,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: Uint8Array,
): Promise<{ readonly headers: IncomingMessage['headers']; readonly bytes: number }> {
  const { response } = await sent(server, method, path, headers, body)
  let bytes = 0
  for await (const part of response) bytes += Buffer.byteLength(part)
  if ((response.statusCode ?? 500) >= 400)
    throw new Error(`${method} ${path} was answered with ${response.statusCode}`)
  return { headers: response.headers, bytes }
}

function sent(
  { url, token }: Server,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: Uint8Array,
): Promise<{ readonly response: IncomingMessage }> {
  const length = body === undefined ? {} : { 'content-length': String(body.length) }
  const all = { authorization: `Bearer ${token}`, ...length, ...headers }
  return new Promise((resolve, reject) => {
    const asking = request(url + path, { method, agent, headers: all }, (response) => resolve({ response }))
    asking.on('error', reject)
    asking.end(body)
  })
}

function pathOf(nth: number): string {
  return `/media/bench/${nth}`
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await run()
  return performance.now() - from
}

function pace(bytes: number, ms: number): string {
  return `${Math.round(bytes / mebibyte / (ms / 1_000))} MiB/s`
}
