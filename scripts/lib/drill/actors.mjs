// @ts-check
/**
 * Who uses the node during a drill: each actor writes what nobody else writes, remembers what was acknowledged,
 * and holds the node to it. A write that failed may have happened or not, so nothing is expected of it.
 */

import { succeeded } from './client.mjs'

/**
 * @typedef {import('./client.mjs').Ask} Ask
 * @typedef {import('./tally.mjs').Tally} Tally
 * @typedef {{
 *   step(): Promise<void>,
 *   verify(): Promise<void>
 * }} Actor `step` is a few requests; `verify` asks for everything once the node is well again
 */

/** A lease is over so soon that what a dead receiver held comes back while one waits. */
const visibilityMs = 1_000
const quietRoundsMax = 5

/** Objects: what was put is got, byte for byte. @param {Ask} ask @param {Tally} tally @param {string} key @returns {Actor} */
export function objects(ask, tally, key) {
  const kept = /** @type {Map<string, string>} */ (new Map())
  const check = async (/** @type {string} */ name) => {
    const reply = await ask(`GET /objects/${name}`)
    if (reply.status === 404) tally.lost.push(`object ${name}`)
    if (succeeded(reply) && reply.text !== kept.get(name)) tally.wrong.push(`object ${name}: ${reply.text}`)
  }
  return {
    async step() {
      const name = `${key}/${kept.size}/${tally.requests}`
      const content = `${name} ${Math.random()}`
      if (acknowledged(tally, await ask(`PUT /objects/${name}`, content))) kept.set(name, content)
      const one = any([...kept.keys()])
      if (one !== undefined) await check(one)
    },
    verify: () => each(kept.keys(), check),
  }
}

/** A queue: what was sent is received, and what was acknowledged is not received again. @param {Ask} ask @param {Tally} tally @param {string} key @returns {Actor} */
export function queue(ask, tally, key) {
  const topic = key.replaceAll('/', '-')
  const sent = /** @type {Map<string, string>} */ (new Map())
  const received = /** @type {Set<string>} */ (new Set())
  const done = /** @type {Set<string>} */ (new Set())
  const receive = async () => {
    const reply = await ask('POST /v1/mailbox/recv', {
      topic,
      visibility_ms: visibilityMs,
      max_messages: 10,
    })
    if (!succeeded(reply)) return null
    /** @type {{ messages: { msg_id: string, lease: string, payload_b64: string }[] }} */
    const { messages } = Object(reply.value)
    for (const { msg_id, lease, payload_b64 } of messages) {
      const expected = sent.get(msg_id)
      if (done.has(msg_id)) tally.lost.push(`the acknowledgement of message ${msg_id}`)
      if (expected !== undefined && expected !== payload_b64)
        tally.wrong.push(`message ${msg_id}: ${payload_b64}`)
      received.add(msg_id)
      if (acknowledged(tally, await ask('POST /v1/mailbox/ack', { msg_id, lease }))) done.add(msg_id)
    }
    return messages.length
  }
  return {
    async step() {
      const text = `${topic} ${sent.size} ${tally.requests}`
      const payload = Buffer.from(text).toString('base64')
      const reply = await ask('POST /v1/mailbox/send', { topic, idem_key: text, payload_b64: payload })
      if (acknowledged(tally, reply)) sent.set(Object(reply.value).msg_id, payload)
      await receive()
    },
    async verify() {
      for (let quiet = 0; quiet < quietRoundsMax;) {
        quiet = (await receive()) === 0 ? quiet + 1 : 0
        if ([...sent.keys()].every((id) => received.has(id))) return
        if (quiet > 0) await new Promise((resolve) => setTimeout(resolve, visibilityMs))
      }
      for (const id of sent.keys()) if (!received.has(id)) tally.lost.push(`message ${id}`)
    },
  }
}

/** Graph and search: an edge leads where it was drawn, a document is found by its word. @param {Ask} ask @param {Tally} tally @param {string} key @returns {Actor} */
export function index(ask, tally, key) {
  const prefix = key.replaceAll(/[^a-z0-9]/gi, '')
  const edges = /** @type {Set<number>} */ (new Set())
  const docs = /** @type {Set<number>} */ (new Set())
  let next = 0
  const checkEdge = async (/** @type {number} */ n) => {
    const reply = await ask(`GET /graph?q=${prefix}from${n}`)
    const nodes = members(reply, 'neighbors').map(({ node }) => node)
    holds(reply, nodes, `${prefix}to${n}`, `edge ${n} of ${prefix}`)
  }
  const checkDoc = async (/** @type {number} */ n) => {
    const reply = await ask(`GET /search?q=${prefix}word${n}`)
    const ids = members(reply, 'results').map(({ id }) => id)
    holds(reply, ids, `${prefix}${n}`, `document ${n} of ${prefix}`)
  }
  /** @param {import('./tally.mjs').Reply} reply @param {readonly unknown[]} found @param {string} wanted @param {string} what */
  function holds(reply, found, wanted, what) {
    const stranger = found.find((one) => one !== wanted)
    if (stranger !== undefined) tally.wrong.push(`${what}: found ${String(stranger)}`)
    const missing = reply.status === 404 || (succeeded(reply) && !found.includes(wanted))
    if (missing) tally.lost.push(what)
  }
  return {
    async step() {
      const n = next++
      const edge = { from: `${prefix}from${n}`, to: `${prefix}to${n}` }
      if (acknowledged(tally, await ask('PUT /graph/edges', edge))) edges.add(n)
      const doc = { fields: { body: `${prefix}word${n}` } }
      if (acknowledged(tally, await ask(`PUT /search/docs/${prefix}${n}`, doc))) docs.add(n)
      const [edgeToCheck, docToCheck] = [any([...edges]), any([...docs])]
      if (edgeToCheck !== undefined) await checkEdge(edgeToCheck)
      if (docToCheck !== undefined) await checkDoc(docToCheck)
    },
    async verify() {
      await each(edges, checkEdge)
      await each(docs, checkDoc)
    },
  }
}

/** @param {Tally} tally @param {import('./tally.mjs').Reply} reply */
function acknowledged(tally, reply) {
  if (!succeeded(reply)) return false
  tally.acknowledged++
  return true
}

/** @param {import('./tally.mjs').Reply} reply @param {string} list @returns {readonly Record<string, unknown>[]} */
function members(reply, list) {
  return Object(reply.value)[list] ?? []
}

/** @template Item @param {readonly Item[]} items */
function any(items) {
  return items[Math.floor(Math.random() * items.length)]
}

/** @template Item @param {Iterable<Item>} items @param {(item: Item) => Promise<void>} act */
async function each(items, act) {
  for (const item of items) await act(item)
}
