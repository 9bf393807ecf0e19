/**
 * What a tenant does cannot be seen by another, shown for every operation that the contracts open to the outside, by
 * comparing two worlds: in one a tenant has used everything, in the other it was never there. Another tenant then asks
 * both nodes for everything, with every name, address, id and receipt that the first one ever learned, and must get the
 * same answers.
 *
 * Requests are made from the schemas of the contracts, so an operation added tomorrow is asked for, too.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate } from '@ron/app-sdk'
import * as roster from '@ron/services/roster'
import { publicOperations, type PublicOperation } from '@ron/transport/gateway/public-operations'
import { startNode, type NodeProcess } from './node-process.ts'
import { OapSocket, request, type Answer } from './oap-socket.ts'

type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain }
type PlainObject = { readonly [name: string]: Plain }

interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly Plain[]
  readonly const?: Plain
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
}

interface Asked {
  readonly operation: PublicOperation
  readonly fields: PlainObject
  /** Where the operation takes one. */
  readonly content: Buffer
}

const [seen, unseen] = ['a', 'b'].map((digit) => digit.repeat(32))
/** Operators' verbs: what these change is the node's, and no tenant is given them. */
const operators = new Set(['overlay', 'policy', 'registry', 'peers'])
const nounOf = ({ verb }: PublicOperation) => verb.split('.')[0] ?? ''
const all = publicOperations(Object.values(roster)).filter((operation) => !operators.has(nounOf(operation)))
const nouns = [...new Set(all.map(nounOf))]
const calls = all.filter(({ operation }) => operation.events === null)
const subscriptions = all.filter(({ operation }) => operation.events !== null)

const secret = Buffer.from('what only one of them should know')
const other = Buffer.from('what the other one has')
/** For strings that not every text is good for. */
const shapes = [
  '00000000000000000000000000',
  `b3:${'0'.repeat(64)}`,
  '0'.repeat(64),
  '0'.repeat(16),
  '0'.repeat(32),
  'text/plain',
  'bytes=0-3',
  '1',
  '"x"',
]
const first = ['orders', 'alice', 'know', 'bob']

// Nothing may come about by the passing of time, which is another one in each world.
const settings = [
  ...['storage.media_enabled=true', 'mailbox.visibility=1h'],
  ...['mailbox.backoff_base=1h', 'mailbox.backoff_max=1h'],
]
const start = () => startNode({ args: settings.flatMap((setting) => ['--set', setting]) })
const [crowded, pristine] = await Promise.all([start(), start()])

class Tenant {
  readonly #socket: OapSocket
  #corrId = 0

  private constructor(socket: OapSocket) {
    this.#socket = socket
  }

  static async at(node: NodeProcess, tenant = ''): Promise<Tenant> {
    const verbs = nouns.map((noun) => `${noun}.*`).join(',')
    const cap = attenuate(node.token, `tenant = ${tenant}`, `verbs = ${verbs}`)
    return new Tenant(await OapSocket.open(node.url, cap))
  }

  ask({ operation, fields, content }: Asked): Promise<Answer> {
    const { protocol, code, http } = operation
    const body = http.takesBytes ? { body: content } : {}
    return this.#socket.call({ protocol, code, corrId: ++this.#corrId, fields, ...body })
  }

  /** Subscribes; whether anything was heard is asked for later. */
  listen({ operation, fields }: Asked): () => number {
    const corrId = ++this.#corrId
    const { protocol, code } = operation
    this.#socket.send(request({ protocol, code, corrId, fields }))
    return () => this.#socket.waiting(corrId)
  }

  close(): void {
    this.#socket.close()
  }
}

/** A value of this schema with that text wherever a text may be; undefined when there is none. */
function valueOf(schema: Schema, text: string, optional: boolean): Plain | undefined {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.anyOf !== undefined)
    return schema.anyOf.map((one) => valueOf(one, text, optional)).find((value) => value !== undefined)
  switch (String(schema.type)) {
    case 'string':
      return [text, ...first, ...shapes].find((each) => fits(schema, each))
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'null':
      return null
    case 'array': {
      const item = schema.items === undefined ? undefined : valueOf(schema.items, text, optional)
      return item === undefined ? undefined : [item]
    }
    case 'object':
      return objectOf(schema, text, optional)
    default:
      return undefined
  }
}

function objectOf(schema: Schema, text: string, optional: boolean): PlainObject | undefined {
  const { properties = {}, required = [], patternProperties } = schema
  const made: Record<string, Plain> = {}
  for (const [name, property] of Object.entries(properties)) {
    if (!required.includes(name) && !(optional && property.type === 'string')) continue
    const value = valueOf(property, text, optional)
    if (value === undefined && required.includes(name)) return undefined
    if (value !== undefined) made[name] = value
  }
  for (const property of Object.values(patternProperties ?? {})) {
    const value = valueOf(property, text, optional)
    if (value !== undefined) made['body'] = value
  }
  return made
}

function fits({ pattern, minLength = 0, maxLength = Infinity }: Schema, text: string): boolean {
  const length = Array.from(text).length
  return (
    length >= minLength &&
    length <= maxLength &&
    (pattern === undefined || new RegExp(pattern, 'u').test(text))
  )
}

/** Everything that can be asked with these texts; what removes comes first, so that what follows stays. */
function everything(
  operations: readonly PublicOperation[],
  texts: readonly string[],
  content: Buffer,
): readonly Asked[] {
  const order = operations.toSorted(
    (one, other) => Number(other.method === 'DELETE') - Number(one.method === 'DELETE'),
  )
  return order.flatMap((operation) => {
    const schema: Schema = JSON.parse(JSON.stringify(operation.operation.request))
    const made = [false, true].flatMap((optional) =>
      texts.flatMap((text) => {
        const fields = objectOf(schema, text, optional)
        return fields === undefined ? [] : [fields]
      }),
    )
    assert.ok(
      made.length > 0,
      `no request can be made of the schema of ${operation.service}.${operation.name}`,
    )
    const apart = new Map(made.map((fields) => [JSON.stringify(fields), fields]))
    return [...apart.values()].map((fields) => ({ operation, fields, content }))
  })
}

/** An answer without what no two answers share: ids by time and chance, times, traces. */
function masked({ status, fields, body }: Answer): string {
  const text = JSON.stringify({ status, fields }, (name, value: Plain) => {
    if (name === 'trace_id' || name === 'retry_after_ms') return ''
    return typeof value === 'number' && value > 1e9 ? 'a time' : value
  })
  const isText = /^[\t\n -~]*$/.test(body.toString('latin1'))
  return `${text} ${isText ? body.toString() : `${body.length} bytes`}`
    .replaceAll(/[0-9A-HJKMNP-TV-Z]{26}/g, 'an id')
    .replaceAll(/\b([0-9a-f]{16}|[0-9a-f]{32})\b/g, 'chance')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'a time')
}

/** Texts in an answer that might be of use to somebody else, a few of each shape. */
function learned(answers: readonly Answer[]): readonly string[] {
  const byShape = new Map<string, Set<string>>()
  const look = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(look)
    if (typeof value !== 'string' || value.length === 0 || value.length > 256) return
    const shape = value.length < 8 ? value : value.replaceAll(/[a-zA-Z0-9]/g, 'x')
    const known = byShape.get(shape) ?? new Set<string>()
    if (known.size < 3) byShape.set(shape, known.add(value))
  }
  for (const { status, fields } of answers) if (status < 300) look(fields)
  return [...byShape.values()].flatMap((texts) => [...texts])
}

async function askedAll(tenant: Tenant, requests: readonly Asked[]): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (const asked of requests) answers.push(await tenant.ask(asked))
  return answers
}

test('nothing that a tenant does changes any answer to another', async () => {
  const [owner, guest, alone] = await Promise.all([
    Tenant.at(crowded, seen),
    Tenant.at(crowded, unseen),
    Tenant.at(pristine, unseen),
  ])
  const ears = await Tenant.at(crowded, unseen)
  const heard = everything(subscriptions, first, other).map((asked) => ears.listen(asked))

  const before = await askedAll(owner, everything(calls, first, secret))
  const texts = [...new Set([...first, ...learned(before)])]
  const owned = everything(calls, texts, secret)
  // With content of its own first, and then with what the owner has as well: bytes are shared, and nobody may tell.
  const requests = [...everything(calls, texts, other), ...owned]
  await askedAll(owner, owned)
  assert.deepEqual(
    heard.map((events) => events()),
    heard.map(() => 0),
    'a subscription of another tenant heard something',
  )
  ears.close()

  const there = await askedAll(guest, requests)
  const elsewhere = await askedAll(alone, requests)
  for (const [at, { operation, fields }] of requests.entries()) {
    const [one, other] = [there[at], elsewhere[at]]
    assert.ok(one !== undefined && other !== undefined)
    assert.equal(
      masked(one),
      masked(other),
      `${operation.service}.${operation.name} ${JSON.stringify(fields)}`,
    )
  }

  // Had the owner done nothing, or everybody been refused, all of this would hold as well.
  const own = await askedAll(owner, requests)
  const telling = new Set(
    requests.flatMap(({ operation }, at) => {
      const [mine, theirs] = [own[at], there[at]]
      if (mine === undefined || theirs === undefined || mine.status >= 300) return []
      return masked(mine) === masked(theirs) ? [] : [nounOf(operation)]
    }),
  )
  for (const noun of ['objects', 'mailbox', 'feed', 'graph', 'search'])
    assert.ok(telling.has(noun), `the owner sees nothing of its own with ${noun}`)
  const served = new Set(
    requests.flatMap(({ operation }, at) => ((own[at]?.status ?? 500) < 300 ? [nounOf(operation)] : [])),
  )
  process.stdout.write(
    `# ${requests.length} requests, ${calls.length} operations; answered: ${[...served].join(', ')}\n`,
  )
  for (const tenant of [owner, guest, alone]) tenant.close()
})
