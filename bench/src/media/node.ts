/**
 * A node with a set of large objects, and random ranges of it. What counts is the time from a request to the first byte
 * of its range; what goes along with it is the pace of whole objects and the memory of the node.
 */

import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { residentBytes, startNode, type Profile, type Server } from '../child.ts'
import { loneTenant } from '../lone-tenant.ts'
import { took } from '../took.ts'
import { MediaClient } from './http.ts'

export const mebibyte = 2 ** 20
const rangeBytes = 65_536
/** Before any is counted. */
const warmUps = 400
const sendersAtOnce = 8
const lookMs = 50

export interface MediaSet {
  readonly objects: number
  /** Of each object, whole MiB. */
  readonly objectBytes: number
}

export interface MediaFound {
  readonly uploadMiBPerSecond: number
  /** Milliseconds to the first byte of each range. */
  readonly ranges: readonly { readonly clients: number; readonly ms: readonly number[] }[]
  readonly oneMiBPerSecond: number
  /** So many whole objects at once. */
  readonly many: { readonly senders: number; readonly mibPerSecond: number }
  /** Resident before whole objects are sent, and the most beyond that while they are. */
  readonly residentMiB: number
  readonly grownMiB: number
}

/** `ranges` of them by one client, then by sixteen. */
export async function measureMedia(
  set: MediaSet,
  ranges: number,
  seed: number,
  profile: Profile = 'micro',
): Promise<MediaFound> {
  const bytesMax = Math.ceil((set.objects * set.objectBytes * 1.02) / mebibyte) + 64
  const settings = [
    'storage.media_enabled=true',
    `storage.bytes_max=${bytesMax}MiB`,
    'supervision.start_timeout=60s',
    ...loneTenant,
  ]
  const node = await startNode(settings, null, profile)
  const client = new MediaClient(node)
  try {
    const filledMs = await took(() => fill(client, set))
    await rangeStarts(client, set, 1, Math.min(ranges, warmUps), seed)
    const found = []
    for (const clients of [1, 16])
      found.push({ clients, ms: await rangeStarts(client, set, clients, ranges, seed + clients) })
    return {
      uploadMiBPerSecond: pace(set.objects * set.objectBytes, filledMs),
      ranges: found,
      ...(await wholes(node, client, set)),
    }
  } finally {
    client.close()
    await node.stop()
  }
}

async function fill(client: MediaClient, { objects, objectBytes }: MediaSet): Promise<void> {
  const piece = new Uint8Array(mebibyte)
  for (let nth = 0; nth < objects; nth++) {
    const headers = { 'upload-length': String(objectBytes) }
    const { location } = await client.answered('POST', pathOf(nth), headers)
    for (let at = 0; at < objectBytes; at += mebibyte) {
      // No two chunks are alike, so each is stored.
      new DataView(piece.buffer).setFloat64(0, nth * objectBytes + at)
      const sent = { 'upload-offset': String(at), 'content-type': 'application/offset+octet-stream' }
      await client.answered('PATCH', location, sent, piece)
    }
  }
}

/** Milliseconds to the first byte of each of so many ranges, asked for by so many clients. */
async function rangeStarts(
  client: MediaClient,
  { objects, objectBytes }: MediaSet,
  clients: number,
  many: number,
  seed: number,
): Promise<number[]> {
  const random = seededRandom(seed)
  const samples: number[] = []
  let asked = 0
  const one = async () => {
    while (asked++ < many) {
      const start = Math.floor(random.fraction() * (objectBytes - rangeBytes))
      const range = `bytes=${start}-${start + rangeBytes - 1}`
      const path = pathOf(Math.floor(random.fraction() * objects))
      const from = performance.now()
      const response = await client.sent('GET', path, { range })
      if (response.statusCode !== 206) throw new Error(`a range was answered with ${response.statusCode}`)
      let bytes = 0
      for await (const part of response) {
        if (bytes === 0) samples.push(performance.now() - from)
        bytes += Buffer.byteLength(part)
      }
      if (bytes !== rangeBytes) throw new Error(`a range has ${bytes} bytes`)
    }
  }
  await Promise.all(Array.from({ length: clients }, one))
  return samples
}

async function wholes(node: Server, client: MediaClient, { objects, objectBytes }: MediaSet) {
  const whole = async (nth: number) => {
    const { bytes } = await client.answered('GET', pathOf(nth), {})
    if (bytes !== objectBytes) throw new Error(`an object has ${bytes} bytes`)
  }
  const before = residentBytes(node)
  let peak = before
  const watch = setInterval(() => (peak = Math.max(peak, residentBytes(node))), lookMs)
  try {
    const oneMs = await took(async () => {
      for (let nth = 0; nth < objects; nth++) await whole(nth)
    })
    const senders = Array.from({ length: sendersAtOnce }, (_, nth) => nth % objects)
    const manyMs = await took(() => Promise.all(senders.map(whole)))
    return {
      oneMiBPerSecond: pace(objects * objectBytes, oneMs),
      many: { senders: sendersAtOnce, mibPerSecond: pace(sendersAtOnce * objectBytes, manyMs) },
      residentMiB: before / mebibyte,
      grownMiB: (peak - before) / mebibyte,
    }
  } finally {
    clearInterval(watch)
  }
}

function pathOf(nth: number): string {
  return `/media/bench/${nth}`
}

/** MiB a second. */
function pace(bytes: number, ms: number): number {
  return bytes / mebibyte / (ms / 1_000)
}
