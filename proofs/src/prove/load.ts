/** Everything a node of this build does for a client, with marks in all that is sent. */

import { gzipSync } from 'node:zlib'
import { quotaPin } from '@ron/services/zk-verify/proving/quota-proofs.fixture'
import { bindingContext } from '@ron/services/zk-verify/binding'
import { forgeQuota } from '@ron/services/zk-verify/proving/quota-proofs.fixture'
import { openEvents } from '../event-source.ts'
import { asker, type Reply } from '../http.ts'
import { OapSocket } from '../oap-socket.ts'
import type { Marks } from './marks.ts'

export interface Target {
  readonly url: string
  readonly admin: string
  readonly token: string
}

const verifier = 'proof-node'
/** With them the node verifies proofs. */
export const zkSettings = [`zk-verify.circuits=${quotaPin}`, `zk-verify.verifier=${verifier}`]
/** The content of an object: some hundred pages of the memory that keeps it. */
const objectBytes = 64 * 1024

/** Returns how many requests were answered as they should be. Throws for one that was not. */
export async function load(target: Target, { text, zkInput }: Marks, rounds: number): Promise<number> {
  const ask = asker(target)
  let done = 0
  const well = async (reply: Promise<Reply>) => {
    const { status, text: said } = await reply
    if (status >= 300) throw new Error(`the node answered ${status}: ${said}`)
    done += 1
  }
  const watching = await openEvents(`${target.url}/v1/mailbox/subscribe?topic=t`, target.token)
  const socket = await OapSocket.open(target.url, target.token)
  const content = Buffer.from(text.object.repeat(Math.ceil(objectBytes / text.object.length)))
  const body = `${text.search} is some text`
  for (let round = 0; round < rounds; round++) {
    await well(ask(`PUT /objects/kept/${round}`, { body: Buffer.concat([content, Buffer.from([round])]) }))
    const headers = { 'content-encoding': 'gzip' }
    await well(ask('PUT /objects/zipped', { body: gzipSync('x'.repeat(40)), headers }))
    await well(ask(`GET /objects/kept/${round}`))
    const json = {
      topic: 't',
      idem_key: `k${round}`,
      payload_b64: Buffer.from(text.queue).toString('base64'),
    }
    await well(ask('POST /v1/mailbox/send', { json }))
    await well(ask('POST /v1/mailbox/recv', { json: { topic: 't', visibility_ms: 250 } }))
    await well(ask('POST /feed/follow', { json: { user: `u${round}`, author: 'ann' } }))
    await well(ask('POST /feed/post', { json: { author: 'ann', text: text.feed } }))
    await well(ask('PUT /graph/edges', { json: { from: text.graph, to: `b${round}` } }))
    await well(ask(`GET /graph/nodes/${text.graph}`))
    await well(ask(`PUT /search/docs/d${round}`, { json: { fields: { body } } }))
    await well(ask('GET /search?q=text'))
    await well(ask(`POST /zk/verify?${claim(zkInput, round)}`, { body: proofOf(zkInput, round) }))
    // What is refused is work too, and must leave as little.
    await ask('GET /objects/none', { token: 'garbage' })
    await ask('POST /v1/mailbox/send', { body: 'no JSON', headers: { 'content-type': 'application/json' } })
    await socket.call({ protocol: 0x0101, code: 4, corrId: round + 1 })
    await well(asker({ url: target.admin, token: target.token })('GET /metrics'))
  }
  watching.leave()
  socket.close()
  return done
}

const inputsOf = (zkInput: string) => [
  zkInput,
  ...[100n, 20_260n].map((value) => value.toString(16).padStart(64, '0')),
]
const nonceOf = (round: number) => round.toString(16).padStart(32, '0')

function claim(zkInput: string, round: number): string {
  return new URLSearchParams([
    ['circuit', 'quota-compliance'],
    ...inputsOf(zkInput).map((input) => ['inputs', input]),
    ['nonce', nonceOf(round)],
  ]).toString()
}

function proofOf(zkInput: string, round: number): Uint8Array {
  const context = bindingContext({
    domain: 'ron/zk/quota-compliance/1',
    keyHash: quotaPin.split('@')[1] ?? '',
    verifier,
    nonce: Buffer.from(nonceOf(round), 'hex'),
  })
  return forgeQuota(
    [...inputsOf(zkInput), Buffer.from(context).toString('hex')].map((value) => BigInt(`0x${value}`)),
  )
}
