/**
 * The operations of a node as `docs/openapi.json` publishes them, with a request for each that the node will
 * understand. A client that has read nothing but the published page knows no more than this.
 */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Published {
  /** `objects.put` */
  readonly name: string
  readonly method: string
  /** `/objects/{name}` */
  readonly template: string
  readonly verb: string
  readonly protocol: number
  readonly code: number
  readonly subscription: boolean
  readonly takes: 'nothing' | 'json' | 'bytes'
  /** Path and query, filled in. */
  readonly target: `/${string}`
  readonly headers: Readonly<Record<string, string>>
  /** The fields of the JSON body, filled in. */
  readonly json: Readonly<Record<string, Sample>>
  /** All required fields, as OAP carries them. */
  readonly fields: Readonly<Record<string, Sample>>
  /** Every field there is. */
  readonly names: readonly string[]
}

type Sample = string | number | readonly Sample[] | { readonly [name: string]: Sample }

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

interface Operation {
  readonly operationId: string
  readonly 'x-verb': string
  readonly 'x-oap': { readonly protocol: number; readonly code: number }
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}

interface Schema {
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, unknown>>
}

const samples: Readonly<Record<string, Sample>> = {
  a: 'a',
  address: `b3:${'0'.repeat(64)}`,
  author: 'bob',
  b: 'b',
  circuit: 'c',
  delay_ms: 1,
  descriptor: {
    ...{ v: 1, kind: 'service', key: `${'A'.repeat(43)}=`, name: 'published', addresses: [], services: [] },
    ...{ profile: 'app', version: '1', issued_ms: 0, expires_ms: 1, seq: 0 },
  },
  docs: [{ id: 'd', fields: { body: 'text' } }],
  edges: [{ from: 'a', to: 'b' }],
  epoch: 0,
  event: '0'.repeat(64),
  fields: { body: 'text' },
  for_ms: 1,
  from: 'a',
  id: 'd',
  inputs: ['0'.repeat(64)],
  'idempotency-key': 'k',
  method: 'GET',
  messages: [{ idem_key: 'k', payload_b64: '' }],
  msg_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  msg_ids: ['01ARZ3NDEKTSV4RRFFQ69G5FAV'],
  name: 'published',
  node: '0'.repeat(64),
  nonce: '0'.repeat(32),
  path: '/objects/a',
  payload_b64: '',
  peer: 'published',
  post_id: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  proof: `${'A'.repeat(86)}==`,
  q: 'a',
  root: '0'.repeat(64),
  signature: `${'A'.repeat(86)}==`,
  to: 'b',
  topic: 'published',
  upload: '0'.repeat(32),
  'upload-offset': 0,
  user: 'alice',
}

/** What a node takes to have all of them. */
export const publishedNeeds = ['--set', `peers.accept=${'0'.repeat(64)}`] as const

export function published(): readonly Published[] {
  const path = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url))
  const document: Document = JSON.parse(readFileSync(path, 'utf8'))
  return Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => read(template, method.toUpperCase(), operation)),
  )
}

function read(template: string, method: string, operation: Operation): Published {
  const { requestBody, parameters = [] } = operation
  const content = requestBody?.content ?? {}
  const schema = content['application/json']?.schema
  const json = filled(schema?.required ?? [])
  const inside = (place: string) =>
    filled(parameters.filter((one) => one.in === place && one.required).map(({ name }) => name))
  const [inPath, query, headers] = [inside('path'), inside('query'), inside('header')]
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(inPath[name])))
  const search = new URLSearchParams(texts(query))
  return {
    name: operation.operationId,
    method,
    template,
    verb: operation['x-verb'],
    ...operation['x-oap'],
    subscription: operation.responses['200']?.content?.['text/event-stream'] !== undefined,
    takes: requestBody === undefined ? 'nothing' : 'application/json' in content ? 'json' : 'bytes',
    target: `/${path.slice(1)}${search.size === 0 ? '' : `?${search}`}`,
    headers: texts(headers),
    json,
    fields: { ...json, ...inPath, ...query, ...fieldsOfHeaders(headers) },
    names: [
      ...parameters.map(({ name }) => name.replaceAll('-', '_')),
      ...Object.keys(schema?.properties ?? {}),
    ],
  }
}

function filled(names: readonly string[]): Record<string, Sample> {
  return Object.fromEntries(
    names.map((name) => {
      const sample = samples[name]
      if (sample === undefined) throw new Error(`there is no sample for the required field ${name}`)
      return [name, sample]
    }),
  )
}

function texts(fields: Readonly<Record<string, Sample>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]))
}

/** `idempotency-key` is the field `idempotency_key`. */
function fieldsOfHeaders(headers: Readonly<Record<string, Sample>>): Record<string, Sample> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.replaceAll('-', '_'), value]),
  )
}
