/** What the compiler refuses, so that a contract cannot be broken by accident. Each marked line must not compile. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { contract, operation, service, type CallOptions, type Client } from './contract.ts'
import { section, count } from './settings.ts'

const plain = {
  requestBody: 'none',
  responseBody: 'none',
  events: null,
  timeoutMs: 1_000,
  door: null,
} as const
const name = Type.Object({ name: Type.String() }, { additionalProperties: false })
const size = Type.Object({ size: Type.Integer() }, { additionalProperties: false })

const shelf = contract({
  name: 'shelf',
  summary: 'Keeps things by name.',
  need: 'required',
  inbox: { capacity: 8, concurrency: 2 },
  config: section({ thingsMax: count({ default: 10, doc: 'Most it keeps.' }) }),
  state: null,
  uses: {},
  oap: 1,
  operations: {
    size: operation({
      ...plain,
      summary: 'How large a thing is.',
      request: name,
      response: size,
      refusals: ['NotFound'],
    }),
    put: operation({
      ...plain,
      summary: 'Keeps a thing.',
      request: name,
      requestBody: 'bytes',
      response: size,
      refusals: [],
    }),
    watch: operation({
      ...plain,
      summary: 'Tells of things.',
      request: name,
      response: size,
      events: name,
      refusals: [],
    }),
  },
})

const clerk = contract({
  ...shelf,
  name: 'clerk',
  state: null,
  uses: { shelf },
  operations: {
    ask: operation({ ...plain, summary: 'Asks the shelf.', request: name, response: size, refusals: [] }),
  },
})

const idle = { health: () => ({ state: 'ready' }) as const, stop: async () => {} }

test('a contract is the plain data it was written as', () => {
  assert.equal(shelf.operations.size.refusals[0], 'NotFound')
  assert.equal(clerk.uses.shelf, shelf)
})

test('a service that keeps its contract compiles, and what breaks it does not', () => {
  const kept = service<typeof shelf>(async ({ config }) => ({
    ...idle,
    handle: {
      size: ({ name }, { refuse }) =>
        name === '' ? refuse('NotFound', 'no name') : { size: config.thingsMax },
      put: async ({ name, body }) => ({ size: name.length + body.byteLength }),
      watch: ({ name }, { emit }) => ({ size: emit({ name }) ? 1 : 0 }),
    },
  }))
  assert.equal(typeof kept, 'function')

  const { put, watch } = {
    put: () => ({ size: 1 }),
    watch: () => ({ size: 1 }),
  }
  // @ts-expect-error: a handler is missing
  service<typeof shelf>(async () => ({ ...idle, handle: { put, watch } }))
  // @ts-expect-error: the response has another type
  service<typeof shelf>(async () => ({ ...idle, handle: { size: () => ({ size: 'large' }), put, watch } }))
  service<typeof shelf>(async ({ config }) => {
    // @ts-expect-error: the setting is not declared
    void config.thingsMin
    return {
      ...idle,
      handle: {
        // @ts-expect-error: the refusal is not declared
        size: (_request, { refuse }) => refuse('Conflict', 'no'),
        // @ts-expect-error: the request has no such field
        put: ({ title }) => ({ size: Number(title) }),
        // @ts-expect-error: the event has another shape
        watch: (_request, { emit }) => ({ size: Number(emit({ title: '' })) }),
      },
    }
  })
  service<typeof clerk>(async ({ peers }) => {
    // @ts-expect-error: not among the services it uses
    void peers.policy
    return { ...idle, handle: { ask: (request, { caller }) => peers.shelf.size(request, { caller }) } }
  })
})

test('a client has the operations of its contract and no others', () => {
  const use = async (client: Client<typeof shelf>, options: CallOptions) => {
    await client.size({ name: 'x' }, options)
    // @ts-expect-error: no such operation
    void client.remove
    // @ts-expect-error: bytes are asked for
    await client.put({ name: 'x' }, options)
    // @ts-expect-error: who asks must be said
    await client.size({ name: 'x' }, {})
  }
  assert.equal(typeof use, 'function')
})
