/**
 * A node with a set of large objects, and random ranges of it. What counts is the time from a request to the first byte
 * of its range; what goes along with it is the pace of whole objects and the memory of the node.
 */

import { seededRandom } from '@ron/kernel/system/seeded-random.fixture'
import { residentBytes, startNode, type Profile, type Server } from '../child.ts'
import { inTurns } from '../in-turns.ts'
import { loneTenant } from '../lone-tenant.ts'
import { took } from '../took.ts'
import { MediaClient } from './http.ts'

export const mebibyte = 2 ** 20
const rangeBytes = 65_536
/** Bytes from one place that says where it is to the next; a range has many. */
const stampEvery = 4_096
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
  for (let nth = 0; nth < objects; nth++) {
    const headers = { 'upload-length': String(objectBytes) }
    const { location } = await client.answered('POST', pathOf(nth), headers)
    for (let at = 0; at < objectBytes; at += mebibyte) {
      const sent = { 'upload-offset': String(at), 'content-type': 'application/offset+octet-stream' }
      await client.answered('PATCH', location, sent, pieceOf(nth, at))
    }
  }
}

/** No two pieces are alike, so each chunk is stored, and each says where it is from. */
function pieceOf(nth: number, at: number): Uint8Array {
  const piece = new Uint8Array(mebibyte)
  const view = new DataView(piece.buffer)
  for (let stamp = 0; stamp < mebibyte; stamp += stampEvery) {
    view.setUint32(stamp, nth)
    view.setUint32(stamp + 4, at + stamp)
  }
  return piece
}

/** Throws unless a range is whole, of this object, and begins where it should. */
function hold(range: Buffer, nth: number, start: number): void {
  if (range.length !== rangeBytes) throw new Error(`a range has ${range.length} bytes`)
  const stamp = Math.ceil(start / stampEvery) * stampEvery
  const [object, at] = [range.readUInt32BE(stamp - start), range.readUInt32BE(stamp - start + 4)]
  if (object !== nth || at !== stamp)
    throw new Error(`a range of object ${nth} at ${stamp} is one of object ${object} at ${at}`)
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
  await inTurns(many, clients, async () => {
    const start = Math.floor(random.fraction() * (objectBytes - rangeBytes))
    const range = `bytes=${start}-${start + rangeBytes - 1}`
    const nth = Math.floor(random.fraction() * objects)
    const from = performance.now()
    const response = await client.sent('GET', pathOf(nth), { range })
    if (response.statusCode !== 206) throw new Error(`a range was answered with ${response.statusCode}`)
    const parts: Uint8Array[] = []
    for await (const part of response) {
      if (parts.length === 0) samples.push(performance.now() - from)
      parts.push(Buffer.from(part))
    }
    hold(Buffer.concat(parts), nth, start)
  })
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
