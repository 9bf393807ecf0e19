// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contract, operation } from '@ron/kernel/contract/contract'
import { choice, count, section, text } from '@ron/kernel/contract/settings'
import { rowsOf } from './doors.mjs'
import { openapi } from './openapi.mjs'
import { reference } from './reference.mjs'
import { sdkModule } from './sdk.mjs'
import { settings } from './settings.mjs'

const word = text({ default: '', doc: 'A word.' })
const nothing = section({})

/** @param {string} name */
function shelf(name) {
  return contract({
    name,
    summary: 'Keeps things | in order.',
    need: 'optional',
    inbox: { capacity: 1, concurrency: 1 },
    config: section({ thingsMax: count({ default: 7, doc: 'Most things.' }) }),
    uses: {},
    oap: 0x0700,
    operations: {
      put: operation({
        summary: 'Puts a thing.',
        request: { ...section({ place: word, kind: word, note: word }), required: ['place'] },
        requestBody: 'bytes',
        response: section({
          outcome: choice({ default: 'new', of: ['new', 'old'], doc: 'Which.' }),
          etag: word,
          version: count({ default: 0, doc: 'How often.' }),
        }),
        responseBody: 'none',
        events: null,
        refusals: ['Full'],
        timeoutMs: 1_000,
        door: {
          verb: 'things.write',
          code: 1,
          http: {
            route: 'PUT /things/*place',
            status: { field: 'outcome', of: { new: 201, old: 200 } },
            requestHeaders: { kind: 'content-type' },
            responseHeaders: { etag: 'etag', version: 'x-version' },
          },
        },
      }),
      tidy: operation({
        summary: 'For peers.',
        request: nothing,
        requestBody: 'none',
        response: nothing,
        responseBody: 'none',
        events: null,
        refusals: [],
        timeoutMs: 1_000,
        door: null,
      }),
    },
  })
}

test('only what can be reached from outside is generated', () => {
  assert.deepEqual(
    rowsOf([shelf('shelf')]).map(({ group, name }) => `${group}.${name}`),
    ['things.put'],
  )
})

test('two operations that would be one in the SDK are refused', () => {
  assert.throws(
    () => rowsOf([shelf('shelf'), shelf('rack')]),
    /rack and shelf both have an operation things\.put/,
  )
})

test('the SDK gets exact types and a table without the schema', () => {
  const module = sdkModule([shelf('shelf')])
  assert.match(module, /readonly place: string\nreadonly kind\?: string \| undefined/)
  assert.match(module, /readonly body: Uint8Array \}/)
  assert.match(module, /"statusField":"outcome","statuses":\{"new":201,"old":200\}/)
  assert.match(module, /"fieldTypes":\{"etag":"string","version":"number"\}/)
  assert.doesNotMatch(module, /tidy|maxLength/)
})

test('OpenAPI tells each field once, where it is', () => {
  const { paths } = JSON.parse(openapi([shelf('shelf')], '1.0.0'))
  const { put } = paths['/things/{place}']
  assert.deepEqual(
    put.parameters.map((/** @type {{ name: string, in: string }} */ one) => [one.name, one.in]),
    [
      ['place', 'path'],
      ['note', 'query'],
    ],
  )
  assert.deepEqual(Object.keys(put.requestBody.content), ['*/*'])
  assert.deepEqual(Object.keys(put.responses['201'].headers), ['etag', 'x-version'])
  assert.deepEqual(put.responses['201'].content['application/json'].schema.required, ['outcome'])
  assert.match(put.responses['507'].description, /Full/)
  assert.match(put.responses['429'].description, /QuotaExceeded, Busy/)
})

test('settings are named as they are read and written as people do', () => {
  const rows = settings([shelf('shelf')])
  assert.deepEqual(rows.at(-1), {
    key: 'shelf.things_max',
    env: 'MICRO_SHELF_THINGS_MAX',
    default: '7',
    change: 'service',
    doc: 'Most things.',
  })
  assert.equal(rows.find(({ key }) => key === 'limits.max_body_bytes')?.default, '1MiB')
  assert.equal(rows.find(({ key }) => key === 'persistence.enabled')?.env, '')
})

test('the reference is made of tables that no text can break', () => {
  const page = reference(
    [shelf('shelf')],
    [{ key: 'a.b', env: '', default: '', change: 'at once', doc: 'this | that' }],
  )
  assert.match(page, /\| `a\.b` \| file only \|  \| at once \| this \\\| that \|/)
  assert.match(page, /\| `put` \| `PUT \/things\/\*place` \| 1 \| `things\.write` \| Puts a thing\. \|/)
})
