import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from 'typebox'
import { contract, operation, type Method } from '../contract/contract.ts'
import { isPrivileged, privilegedActs, privilegedVerbs } from './privileged.ts'

const nothing = Type.Object({}, { additionalProperties: false })

const under = (verb: string, method: Method, code: number) =>
  operation({
    summary: 'Does something.',
    request: nothing,
    requestBody: 'none',
    response: nothing,
    responseBody: 'none',
    events: null,
    refusals: [],
    timeoutMs: 1_000,
    door: {
      verb,
      code,
      http: { route: `${method} /things/${code}`, status: 200, requestHeaders: {}, responseHeaders: {} },
    },
  })

const things = contract({
  name: 'things',
  summary: 'Has operations of every kind.',
  need: 'required',
  inbox: { capacity: 1, concurrency: 1 },
  config: nothing,
  state: null,
  uses: {},
  oap: 1,
  operations: {
    read: under('things.read', 'GET', 1),
    write: under('things.write', 'PUT', 2),
    look: under('things.admin', 'GET', 3),
    change: under('things.admin', 'PUT', 4),
    remove: under('things.admin', 'DELETE', 5),
    inside: { ...under('things.admin', 'POST', 6), door: null },
  },
})

test('verbs of the operator are privileged, and no others', () => {
  for (const verb of ['admin.read', 'admin.chaos', 'audit.read', 'policy.admin', 'mailbox.admin'])
    assert.equal(isPrivileged(verb), true, verb)
  for (const verb of ['objects.read', 'administer.things', 'mailbox.send', 'x.administer', 'graph.write'])
    assert.equal(isPrivileged(verb), false, verb)
})

test('an act is what changes something under such a verb, asked from outside', () => {
  assert.deepEqual(
    [...privilegedActs([things])].map(([service, operations]) => [service, [...operations]]),
    [
      [
        'things',
        [
          ['change', 'things.admin'],
          ['remove', 'things.admin'],
        ],
      ],
    ],
  )
  assert.deepEqual([...privilegedVerbs([things])], ['things.admin'])
  const { read, write } = things.operations
  assert.deepEqual([...privilegedActs([{ ...things, operations: { read, write } }])], [])
})
