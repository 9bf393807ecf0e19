/**
 * What services keep, as one node gave it away and any later one of the same state format has to take it: the records of
 * a hand-over in a file. This is the other side of the socket, once as the node that takes and once as the one that gives.
 */

import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Channel } from '@ron/kernel/handover/channel'
import { messageIn, messageRecord, stateFormat, type Message } from '@ron/kernel/handover/messages'
import { systemClock } from '@ron/kernel/system/clock'

const stepMs = 20_000
const lengthBytes = 4
const path = fileURLToPath(new URL(`../fixtures-state/${stateFormat}.bin`, import.meta.url))
const json = 1
const room = { journal: 2 ** 40, pages: 2 ** 40 }

/** The records of the format at hand; null when there are none yet. */
export function frozenState(): readonly Buffer[] | null {
  if (!existsSync(path)) return null
  const bytes = readFileSync(path)
  const records: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const end = at + lengthBytes + bytes.readUInt32BE(at)
    records.push(bytes.subarray(at + lengthBytes, end))
    at = end
  }
  return records
}

export function freezeState(records: readonly Buffer[]): string {
  mkdirSync(dirname(path), { recursive: true })
  const framed = records.flatMap((record) => {
    const length = Buffer.alloc(lengthBytes)
    length.writeUInt32BE(record.length)
    return [length, record]
  })
  writeFileSync(path, Buffer.concat(framed))
  return path
}

/** Takes all that the node at the socket keeps, from its first place to its end. */
export async function takenFrom(
  socketPath: string,
  key: Uint8Array,
  services: readonly string[],
): Promise<readonly Buffer[]> {
  const socket = connect(socketPath)
  await once(socket, 'connect')
  const channel = await Channel.open(socket, key, true, systemClock, stepMs)
  const say = (message: Message) => channel.send(messageRecord(message), stepMs)
  const places = Object.fromEntries(services.map((name) => [name, room]))
  await say({ kind: 'take', format: stateFormat, places })
  await channel.receive(stepMs)
  await say({ kind: 'drain' })
  const records: Buffer[] = []
  for (;;) {
    const record = Buffer.from(await channel.receive(stepMs))
    records.push(record)
    const message = record[0] === json ? messageIn(record) : null
    if (message?.kind !== 'end') continue
    await say({ kind: 'took', digest: message.digest })
    await channel.receive(stepMs)
    channel.end()
    return records
  }
}

/** Gives these records to the next node that asks at the socket. Resolves when it listens; `given` when it has them. */
export async function givingTo(
  socketPath: string,
  key: Uint8Array,
  records: readonly Buffer[],
): Promise<{ readonly given: Promise<void> }> {
  const server = createServer()
  const give = async (socket: Socket) => {
    const channel = await Channel.open(socket, key, false, systemClock, stepMs)
    await channel.receive(stepMs)
    await channel.send(messageRecord({ kind: 'keys', keys: [] }), stepMs)
    await channel.receive(stepMs)
    for (const record of records) await channel.send(record, stepMs)
    await channel.receive(stepMs)
    server.close()
    await channel.send(messageRecord({ kind: 'gone' }), stepMs)
  }
  const given = new Promise<void>((resolve, reject) => {
    server.once('connection', (socket) => void give(socket).then(resolve, reject))
  })
  server.listen(socketPath)
  await once(server, 'listening')
  return { given }
}
