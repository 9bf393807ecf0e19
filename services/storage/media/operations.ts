/**
 * What can be asked of media. Over HTTP it is tus 1.0.0 (core, creation, expiration, termination); the upload lies
 * under the path of the object it becomes, so a capability for a path covers both.
 */

import { operation } from '@ron/kernel/contract/contract'
import { Type } from 'typebox'
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
} from '../schemas.ts'

const UploadId = Type.String({
  pattern: '^[0-9a-f]{32}$',
  maxLength: 32,
  description: 'Of an upload, from the `Location` of the answer to its creation',
})
const Tus = Type.Optional(Type.String({ maxLength: 16, description: 'Version of tus, `1.0.0`' }))
const Metadata = Type.Optional(
  Type.String({ pattern: '^[\\x20-\\x7e]*$', maxLength: 1_024, description: 'tus `Upload-Metadata`' }),
)
const Location = Type.String({ maxLength: 2_048 })

const progress = {
  upload_offset: Size,
  tus: HeaderOut,
  expires: Type.Optional(HeaderOut),
}
const progressHeaders = { upload_offset: 'upload-offset', tus: 'tus-resumable', expires: 'upload-expires' }

/** Where the next bytes of an answer are. */
const Next = Type.Object({ name: Name, manifest: Address, start: Size, end: Size }, Fields)

export const mediaOperations = {
  mediaLimits: operation({
    summary: 'Says which version and extensions of tus are spoken, and how large an object may be.',
    request: Type.Object({}, Fields),
    requestBody: 'none',
    response: Type.Object(
      { tus: HeaderOut, versions: HeaderOut, extensions: HeaderOut, bytes_max: Size, piece_bytes_max: Size },
      Fields,
    ),
    responseBody: 'none',
    events: null,
    refusals: ['NotFound'],
    timeoutMs: 1_000,
    door: {
      verb: 'media.read',
      code: 20,
      http: {
        route: 'OPTIONS /media',
        status: 200,
        requestHeaders: {},
        responseHeaders: {
          tus: 'tus-resumable',
          versions: 'tus-version',
          extensions: 'tus-extension',
          bytes_max: 'tus-max-size',
        },
      },
    },
  }),
  mediaCreate: operation({
    summary: 'Begins an upload of a known length; when its last byte has come, the object is there.',
    request: Type.Object(
      {
        name: Name,
        bytes: Type.Optional(Size),
        metadata: Metadata,
        content_type: Type.Optional(MediaType),
        tus: Tus,
      },
      Fields,
    ),
    requestBody: 'none',
    response: Type.Object({ upload: UploadId, location: Location, ...progress }, Fields),
    responseBody: 'none',
    events: null,
    refusals: ['NotFound', 'LengthRequired', 'TooLarge', 'QuotaExceeded', 'PreconditionFailed', 'Full'],
    timeoutMs: 5_000,
    door: {
      verb: 'media.write',
      code: 21,
      http: {
        route: 'POST /media/*name',
        status: 201,
        requestHeaders: { bytes: 'upload-length', metadata: 'upload-metadata', tus: 'tus-resumable' },
        responseHeaders: { location: 'location', ...progressHeaders },
      },
    },
  }),
  mediaAppend: operation({
    summary: 'Sends the next piece of an upload; it is kept once it is acknowledged.',
    request: Type.Object(
      {
        name: Name,
        upload: UploadId,
        upload_offset: Size,
        content_type: Type.Optional(Type.String({ maxLength: 255 })),
        tus: Tus,
      },
      Fields,
    ),
    requestBody: 'bytes',
    response: Type.Object({ ...progress, etag: Type.Optional(HeaderOut) }, Fields),
    responseBody: 'none',
    events: null,
    refusals: ['NotFound', 'Conflict', 'TooLarge', 'UnsupportedMedia', 'PreconditionFailed', 'Full'],
    timeoutMs: 30_000,
    door: {
      verb: 'media.write',
      code: 22,
      http: {
        route: 'PATCH /media/*name',
        status: 204,
        requestHeaders: {
          upload_offset: 'upload-offset',
          content_type: 'content-type',
          tus: 'tus-resumable',
        },
        responseHeaders: { etag: 'etag', ...progressHeaders },
      },
    },
  }),
  mediaGet: operation({
    summary:
      'Reads an object from the start of the range on, its manifest, or how far an upload is. Over OAP an answer ' +
      'has at most one chunk of the `bytes` there are; the rest is asked for by range.',
    request: Type.Object(
      { name: Name, upload: Type.Optional(UploadId), manifest: Type.Optional(Type.Boolean()), ...conditions },
      Fields,
    ),
    requestBody: 'none',
    response: Type.Object(
      {
        outcome: Type.Enum(['whole', 'part', 'unchanged', 'uploading']),
        bytes: Type.Optional(Size),
        next: Type.Optional(Next),
        manifest: Type.Optional(Address),
        etag: Type.Optional(HeaderOut),
        content_type: Type.Optional(MediaType),
        content_range: Type.Optional(HeaderOut),
        accept_ranges: Type.Optional(HeaderOut),
        cache_control: HeaderOut,
        upload_offset: Type.Optional(Size),
        length: Type.Optional(Size),
        metadata: Metadata,
        expires: Type.Optional(HeaderOut),
        tus: Type.Optional(HeaderOut),
      },
      Fields,
    ),
    responseBody: 'bytes',
    events: null,
    refusals: ['NotFound', 'PreconditionFailed', 'RangeNotSatisfiable', 'IntegrityFail'],
    timeoutMs: 5_000,
    door: {
      verb: 'media.read',
      code: 23,
      http: {
        route: 'GET /media/*name',
        status: { field: 'outcome', of: { whole: 200, part: 206, unchanged: 304, uploading: 204 } },
        requestHeaders: conditionHeaders,
        responseHeaders: {
          manifest: 'x-manifest-b3',
          etag: 'etag',
          content_type: 'content-type',
          content_range: 'content-range',
          accept_ranges: 'accept-ranges',
          cache_control: 'cache-control',
          length: 'upload-length',
          metadata: 'upload-metadata',
          ...progressHeaders,
        },
        continuedBy: 'mediaRest',
      },
    },
  }),
  mediaRest: operation({
    summary: 'Gives the front end the bytes that follow those of an answer it sends.',
    request: Next,
    requestBody: 'none',
    response: Type.Object({ next: Type.Optional(Next) }, Fields),
    responseBody: 'bytes',
    events: null,
    refusals: ['NotFound', 'IntegrityFail'],
    timeoutMs: 5_000,
    door: null,
  }),
  mediaRemove: operation({
    summary: 'Removes an object and frees its chunks, or ends an upload.',
    request: Type.Object({ name: Name, upload: Type.Optional(UploadId), if_match: Header, tus: Tus }, Fields),
    requestBody: 'none',
    response: Type.Object({ tus: HeaderOut }, Fields),
    responseBody: 'none',
    events: null,
    refusals: ['NotFound', 'PreconditionFailed'],
    timeoutMs: 30_000,
    door: {
      verb: 'media.write',
      code: 24,
      http: {
        route: 'DELETE /media/*name',
        status: 204,
        requestHeaders: { if_match: 'if-match', tus: 'tus-resumable' },
        responseHeaders: { tus: 'tus-resumable' },
      },
    },
  }),
  mediaList: operation({
    summary: 'Lists objects of media in order of their names; `next` is the `after` of the next page.',
    request: Type.Object(
      {
        prefix: Type.Optional(Type.String({ maxLength: 512 })),
        after: Type.Optional(Type.String({ maxLength: 512 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      },
      Fields,
    ),
    requestBody: 'none',
    response: Type.Object(
      {
        items: Type.Array(
          Type.Object({ name: Name, manifest: Address, bytes: Size, content_type: MediaType }, Fields),
          { maxItems: 500 },
        ),
        next: Type.Optional(Name),
      },
      Fields,
    ),
    responseBody: 'none',
    events: null,
    refusals: ['NotFound'],
    timeoutMs: 2_000,
    door: {
      verb: 'media.read',
      code: 25,
      http: { route: 'GET /media', status: 200, requestHeaders: {}, responseHeaders: {} },
    },
  }),
  mediaWatch: operation({
    summary:
      'Tells of every object of media that is stored from now on, for whoever makes thumbnails or the like of it. ' +
      'What a slow subscriber misses is counted and told.',
    request: Type.Object({}, Fields),
    requestBody: 'none',
    response: Type.Object({ lost: Size }, Fields),
    responseBody: 'none',
    events: Type.Object(
      {
        kind: Type.Enum(['stored', 'lost']),
        name: Type.Optional(Name),
        manifest: Type.Optional(Address),
        bytes: Type.Optional(Size),
        content_type: Type.Optional(MediaType),
        /** With `lost`: how many. */
        count: Type.Optional(Size),
      },
      Fields,
    ),
    refusals: ['NotFound', 'Busy'],
    timeoutMs: 5_000,
    door: {
      verb: 'media.read',
      code: 26,
      http: { route: 'GET /media-stored', status: 200, requestHeaders: {}, responseHeaders: {} },
    },
  }),
}
