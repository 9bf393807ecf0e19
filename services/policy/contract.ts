import { contract, operation } from '@ron/kernel/contract/contract'
import { bytes, path, section } from '@ron/kernel/contract/settings'
import { Type } from 'typebox'

const Fields = { additionalProperties: false }
const Tenant = Type.String({ pattern: '^[0-9a-f]{32}$', maxLength: 32 })
const Method = Type.String({ pattern: '^[A-Z]{1,16}$', maxLength: 16 })
const Path = Type.String({ pattern: '^/', maxLength: 4096 })
const Region = Type.String({ minLength: 1, maxLength: 64 })
const Size = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const Tags = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: 32 })
const Version = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
const RuleId = Type.String({ maxLength: 64 })
const Sentence = Type.String({ maxLength: 600 })
const HeaderOut = Type.String({ maxLength: 300 })

const decision = { allow: Type.Boolean(), rule: RuleId, reason: Sentence, version: Version }
const installed = Type.Object(
  { version: Version, rules: Type.Integer({ minimum: 0, maximum: 1024 }) },
  Fields,
)

export const policy = contract({
  name: 'policy',
  summary:
    'Decides by a declarative bundle of rules what may be done at all; the first rule that matches wins.',
  need: 'required',
  inbox: { capacity: 1024, concurrency: 16 },
  config: section({
    bundlePath: path({
      default: '',
      change: 'live',
      doc: 'JSON file with the policy bundle; empty means the built-in one, which opens every facet to capabilities.',
    }),
    journalBytesMax: bytes({
      default: '4MiB',
      minimum: '64KiB',
      maximum: '64MiB',
      change: 'process',
      doc: 'Most memory for the bundle a restarted thread goes on with; a new one needs room beside it.',
    }),
  }),
  state: { journal: 'journalBytesMax', blobs: null, stamps: false },
  uses: {},
  oap: 0x0302,
  operations: {
    evaluate: operation({
      summary: 'Decides one request.',
      request: Type.Object(
        {
          tenant: Tenant,
          method: Method,
          path: Path,
          region: Type.Optional(Region),
          body_bytes: Size,
          tags: Tags,
        },
        Fields,
      ),
      requestBody: 'none',
      response: Type.Object(decision, Fields),
      responseBody: 'none',
      events: null,
      refusals: ['NotReady'],
      timeoutMs: 1_000,
      door: null,
    }),
    watch: operation({
      summary:
        'Tells which version is in force, now and after every change. Cached decisions end with each event.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: Type.Object({}, Fields),
      responseBody: 'none',
      events: Type.Object(
        {
          /** 0 while the node waits for its bundle. */
          version: Size,
          /** Body sizes at which a decision may change; between two of them it is the same. */
          body_breaks: Type.Array(Size, { maxItems: 1025 }),
        },
        Fields,
      ),
      refusals: [],
      timeoutMs: 5_000,
      door: null,
    }),
    install: operation({
      summary: 'Puts in force what the node was given: the file of `policy.bundle_path`, or a signed bundle.',
      request: Type.Object(
        {
          bundle_json: Type.String({ maxLength: 1_048_576 }),
          /** Also a lower version than the one in force. */
          any_version: Type.Optional(Type.Boolean()),
        },
        Fields,
      ),
      requestBody: 'none',
      response: installed,
      responseBody: 'none',
      events: null,
      refusals: ['Conflict', 'Full'],
      timeoutMs: 5_000,
      door: null,
    }),
    getBundle: operation({
      summary: 'Reads the bundle in force, as it was installed.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: Type.Object({ version: Version, content_type: HeaderOut, etag: HeaderOut }, Fields),
      responseBody: 'bytes',
      events: null,
      refusals: ['NotReady'],
      timeoutMs: 1_000,
      door: {
        verb: 'policy.read',
        code: 1,
        http: {
          route: 'GET /policy/bundle',
          status: 200,
          requestHeaders: {},
          responseHeaders: { version: 'x-policy-version', content_type: 'content-type', etag: 'etag' },
        },
      },
    }),
    putBundle: operation({
      summary: 'Puts a bundle in force; its version must be higher than the one it replaces.',
      request: Type.Object({}, Fields),
      requestBody: 'bytes',
      response: installed,
      responseBody: 'none',
      events: null,
      refusals: ['Conflict', 'Full'],
      timeoutMs: 5_000,
      door: {
        verb: 'policy.admin',
        code: 2,
        http: { route: 'PUT /policy/bundle', status: 200, requestHeaders: {}, responseHeaders: {} },
      },
    }),
    simulate: operation({
      summary: 'Decides a request that is only described, and says what every rule made of it.',
      request: Type.Object(
        {
          tenant: Type.Optional(Tenant),
          method: Method,
          path: Path,
          region: Type.Optional(Region),
          body_bytes: Type.Optional(Size),
          tags: Type.Optional(Tags),
        },
        Fields,
      ),
      requestBody: 'none',
      response: Type.Object(
        {
          ...decision,
          trace: Type.Array(
            Type.Object({ rule: RuleId, outcome: Type.Enum(['hit', 'miss']), because: Sentence }, Fields),
            { maxItems: 1025 },
          ),
        },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: ['NotReady'],
      timeoutMs: 2_000,
      door: {
        verb: 'policy.read',
        code: 3,
        http: { route: 'POST /policy/simulate', status: 200, requestHeaders: {}, responseHeaders: {} },
      },
    }),
  },
})
