import { contract, operation } from '@ron/kernel/contract/contract'
import { bytes, count, flag, section } from '@ron/kernel/contract/settings'
import { Type } from 'typebox'
import { mediaOperations } from './media/operations.ts'
import { mediaSettings } from './media/settings.ts'
import {
  Address,
  conditionHeaders,
  conditions,
  Fields,
  Header,
  HeaderOut,
  MediaType,
  Name,
  Size,
} from './schemas.ts'

const nothing = Type.Object({}, Fields)
const stored = Type.Object(
  {
    outcome: Type.Enum(['created', 'known']),
    address: Address,
    bytes: Size,
    location: HeaderOut,
    etag: HeaderOut,
  },
  Fields,
)

const content = Type.Object(
  {
    outcome: Type.Enum(['whole', 'part', 'unchanged']),
    address: Address,
    etag: HeaderOut,
    content_type: MediaType,
    content_range: Type.Optional(HeaderOut),
    accept_ranges: HeaderOut,
    cache_control: HeaderOut,
  },
  Fields,
)
const contentStatus = { field: 'outcome', of: { whole: 200, part: 206, unchanged: 304 } }
const contentHeaders = {
  address: 'x-content-b3',
  etag: 'etag',
  content_type: 'content-type',
  content_range: 'content-range',
  accept_ranges: 'accept-ranges',
  cache_control: 'cache-control',
}

export const storage = contract({
  name: 'storage',
  summary: 'Keeps objects by the BLAKE3 hash of their content, and names for them.',
  need: 'required',
  inbox: { capacity: 1024, concurrency: 64 },
  config: section({
    bytesMax: bytes({
      default: '512MiB',
      change: 'process',
      doc: 'Most the node keeps: content plus 512 bytes for every name and every held address; more is refused with 507.',
    }),
    tenantBytesMax: bytes({
      default: '0B',
      doc: 'Most that one tenant may keep, counted as if it shared nothing with others; 0 for no limit.',
    }),
    journalBytesMax: bytes({
      default: '32MiB',
      minimum: '64KiB',
      maximum: '1GiB',
      change: 'process',
      doc: 'Most the record of names and pins may take; it survives a crash of the service, and more is refused with 507.',
    }),
    namesMax: count({ default: 100_000, minimum: 1, maximum: 10_000_000, doc: 'Most names the node keeps.' }),
    verifyReads: flag({
      default: true,
      doc: 'Compares content with its address whenever it is read here; damage is a 502, never a wrong byte.',
    }),
    ...mediaSettings,
  }),
  state: { journal: 'journalBytesMax', blobs: 'bytesMax', stamps: true },
  uses: {},
  oap: 0x0101,
  operations: {
    ...mediaOperations,
    get: operation({
      summary: 'Reads a named object, whole or one range of it.',
      request: Type.Object({ name: Name, ...conditions }, Fields),
      requestBody: 'none',
      response: content,
      responseBody: 'bytes',
      events: null,
      refusals: ['NotFound', 'PreconditionFailed', 'RangeNotSatisfiable', 'IntegrityFail'],
      timeoutMs: 5_000,
      door: {
        verb: 'objects.read',
        code: 1,
        http: {
          route: 'GET /objects/*name',
          status: contentStatus,
          requestHeaders: conditionHeaders,
          responseHeaders: contentHeaders,
        },
      },
    }),
    put: operation({
      summary: 'Stores content under a name, replacing what was named so.',
      request: Type.Object(
        {
          name: Name,
          expected: Type.Optional(Address),
          content_type: Type.Optional(MediaType),
          if_match: Header,
          if_none_match: Header,
        },
        Fields,
      ),
      requestBody: 'bytes',
      response: Type.Object(
        {
          outcome: Type.Enum(['created', 'replaced']),
          name: Name,
          address: Address,
          bytes: Size,
          etag: HeaderOut,
        },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: ['DigestMismatch', 'PreconditionFailed', 'Full'],
      timeoutMs: 5_000,
      door: {
        verb: 'objects.write',
        code: 2,
        http: {
          route: 'PUT /objects/*name',
          status: { field: 'outcome', of: { created: 201, replaced: 200 } },
          requestHeaders: {
            expected: 'x-content-b3',
            content_type: 'content-type',
            if_match: 'if-match',
            if_none_match: 'if-none-match',
          },
          responseHeaders: { etag: 'etag' },
        },
      },
    }),
    remove: operation({
      summary: 'Removes a name, and with its last name content that is not pinned.',
      request: Type.Object({ name: Name, if_match: Header }, Fields),
      requestBody: 'none',
      response: nothing,
      responseBody: 'none',
      events: null,
      refusals: ['NotFound', 'PreconditionFailed'],
      timeoutMs: 5_000,
      door: {
        verb: 'objects.write',
        code: 3,
        http: {
          route: 'DELETE /objects/*name',
          status: 204,
          requestHeaders: { if_match: 'if-match' },
          responseHeaders: {},
        },
      },
    }),
    list: operation({
      summary: 'Lists named objects in order of their names; `next` is the `after` of the next page.',
      request: Type.Object(
        {
          prefix: Type.Optional(Type.String({ maxLength: 512 })),
          after: Type.Optional(Type.String({ maxLength: 512 })),
          // 500 entries of the longest names still fit a frame.
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
        },
        Fields,
      ),
      requestBody: 'none',
      response: Type.Object(
        {
          items: Type.Array(
            Type.Object({ name: Name, address: Address, bytes: Size, content_type: MediaType }, Fields),
            { maxItems: 500 },
          ),
          next: Type.Optional(Name),
        },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: [],
      timeoutMs: 2_000,
      door: {
        verb: 'objects.read',
        code: 4,
        http: { route: 'GET /objects', status: 200, requestHeaders: {}, responseHeaders: {} },
      },
    }),
    post: operation({
      summary: 'Stores content under its address and pins it there.',
      request: Type.Object(
        { expected: Type.Optional(Address), content_type: Type.Optional(MediaType) },
        Fields,
      ),
      requestBody: 'bytes',
      response: stored,
      responseBody: 'none',
      events: null,
      refusals: ['DigestMismatch', 'Full'],
      timeoutMs: 5_000,
      door: {
        verb: 'objects.write',
        code: 5,
        http: {
          route: 'POST /o',
          status: { field: 'outcome', of: { created: 201, known: 200 } },
          requestHeaders: { expected: 'x-content-b3', content_type: 'content-type' },
          responseHeaders: { location: 'location', etag: 'etag' },
        },
      },
    }),
    getByAddress: operation({
      summary: 'Reads content by its address, whole or one range of it.',
      request: Type.Object({ address: Address, ...conditions }, Fields),
      requestBody: 'none',
      response: content,
      responseBody: 'bytes',
      events: null,
      refusals: ['NotFound', 'PreconditionFailed', 'RangeNotSatisfiable', 'IntegrityFail'],
      timeoutMs: 5_000,
      door: {
        verb: 'objects.read',
        code: 6,
        http: {
          route: 'GET /o/:address',
          status: contentStatus,
          requestHeaders: conditionHeaders,
          responseHeaders: contentHeaders,
        },
      },
    }),
    putByAddress: operation({
      summary: 'Stores content under the address it is expected to have, and pins it there.',
      request: Type.Object({ address: Address, content_type: Type.Optional(MediaType) }, Fields),
      requestBody: 'bytes',
      response: stored,
      responseBody: 'none',
      events: null,
      refusals: ['DigestMismatch', 'Full'],
      timeoutMs: 5_000,
      door: {
        verb: 'objects.write',
        code: 7,
        http: {
          route: 'PUT /o/:address',
          status: { field: 'outcome', of: { created: 201, known: 200 } },
          requestHeaders: { content_type: 'content-type' },
          responseHeaders: { location: 'location', etag: 'etag' },
        },
      },
    }),
    removeByAddress: operation({
      summary: 'Unpins content; it goes unless names hold it as well.',
      request: Type.Object({ address: Address }, Fields),
      requestBody: 'none',
      response: nothing,
      responseBody: 'none',
      events: null,
      refusals: ['NotFound', 'Conflict'],
      timeoutMs: 5_000,
      door: {
        verb: 'objects.write',
        code: 8,
        http: { route: 'DELETE /o/:address', status: 204, requestHeaders: {}, responseHeaders: {} },
      },
    }),
    stat: operation({
      summary: 'Tells a peer whether its caller has content under an address, and how much.',
      request: Type.Object({ address: Address }, Fields),
      requestBody: 'none',
      response: Type.Object({ known: Type.Boolean(), bytes: Size }, Fields),
      responseBody: 'none',
      events: null,
      refusals: [],
      timeoutMs: 1_000,
      door: null,
    }),
    usage: operation({
      summary: 'Tells the kernel what tenants keep, those who keep most first.',
      request: Type.Object({}, Fields),
      requestBody: 'none',
      response: Type.Object(
        {
          items: Type.Array(Type.Object({ tenant: Type.String(), bytes: Size }, Fields), { maxItems: 1024 }),
        },
        Fields,
      ),
      responseBody: 'none',
      events: null,
      refusals: [],
      timeoutMs: 1_000,
      door: null,
    }),
  },
})
