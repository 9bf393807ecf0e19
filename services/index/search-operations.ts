/** The operations on documents and their words, as data. */

import { operation } from '@ron/kernel/contract/contract'
import { Type } from 'typebox'

const closed = { additionalProperties: false }
const nothing = Type.Object({}, closed)

const DocId = Type.String({
  pattern: '^[^\\s\\p{Cc}\\p{Cf}\\p{Cs}]+$',
  minLength: 1,
  maxLength: 256,
  description: 'Any name without white space or unprintable characters.',
})
const FIELD = '^[a-z][a-z0-9_]{0,31}$'
const FieldName = Type.String({ pattern: FIELD, maxLength: 32 })
const Tag = Type.String({ minLength: 1, maxLength: 64 })
const content = {
  fields: Type.Record(Type.String({ pattern: FIELD }), Type.String({ maxLength: 262_144 }), {
    minProperties: 1,
    maxProperties: 8,
    additionalProperties: false,
    description: 'Text by field name, such as `title` and `body`. A match in `title` counts double.',
  }),
  tags: Type.Optional(Type.Array(Tag, { maxItems: 16 })),
}
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const plain = { requestBody: 'none', responseBody: 'none', events: null } as const
const noHeaders = { requestHeaders: {}, responseHeaders: {} }

const Snippet = Type.Object(
  {
    field: FieldName,
    text: Type.String({ maxLength: 200, description: 'A piece of the field as it was written.' }),
    highlights: Type.Array(
      Type.Array(Type.Integer({ minimum: 0, maximum: 200 }), { minItems: 2, maxItems: 2 }),
      {
        maxItems: 200,
        description: 'Start and end of each match in `text`, in UTF-16 code units, end exclusive.',
      },
    ),
  },
  closed,
)

export const searchOperations = {
  putDoc: operation({
    ...plain,
    summary: 'Adds a document, or replaces the one of that id.',
    request: Type.Object({ id: DocId, ...content }, closed),
    response: Type.Object({ outcome: Type.Enum(['created', 'replaced']) }, closed),
    refusals: ['Full', 'TooLarge'],
    timeoutMs: 2_000,
    door: {
      verb: 'search.write',
      code: 20,
      http: {
        route: 'PUT /search/docs/:id',
        status: { field: 'outcome', of: { created: 201, replaced: 200 } },
        ...noHeaders,
      },
    },
  }),

  getDoc: operation({
    ...plain,
    summary: 'A document as it was put.',
    request: Type.Object({ id: DocId }, closed),
    response: Type.Object({ id: DocId, ...content }, closed),
    refusals: ['NotFound'],
    timeoutMs: 1_000,
    door: {
      verb: 'search.read',
      code: 21,
      http: { route: 'GET /search/docs/:id', status: 200, ...noHeaders },
    },
  }),

  removeDoc: operation({
    ...plain,
    summary: 'Removes a document.',
    request: Type.Object({ id: DocId }, closed),
    response: nothing,
    refusals: ['NotFound'],
    timeoutMs: 2_000,
    door: {
      verb: 'search.write',
      code: 22,
      http: { route: 'DELETE /search/docs/:id', status: 204, ...noHeaders },
    },
  }),

  putDocs: operation({
    ...plain,
    summary: 'Adds or replaces many documents, in order. When one does not fit, those before it stay.',
    request: Type.Object(
      { docs: Type.Array(Type.Object({ id: DocId, ...content }, closed), { minItems: 1, maxItems: 500 }) },
      closed,
    ),
    response: Type.Object({ created: Count, replaced: Count }, closed),
    refusals: ['Full', 'TooLarge'],
    timeoutMs: 10_000,
    door: { verb: 'search.write', code: 23, http: { route: 'POST /search/docs', status: 200, ...noHeaders } },
  }),

  search: operation({
    ...plain,
    summary: 'Ranked documents with the places that match. `q`: words, "a phrase", -left -"left out".',
    request: Type.Object(
      {
        q: Type.String({ minLength: 1, maxLength: 128 }),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 10 })),
        offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000, default: 0 })),
        prefix: Type.Optional(
          Type.Boolean({ description: 'Also find longer words that begin with a word of q.' }),
        ),
        fuzzy: Type.Optional(Type.Boolean({ description: 'Also find words one or two edits away.' })),
        field: Type.Optional(FieldName),
        tag: Type.Optional(Tag),
      },
      closed,
    ),
    response: Type.Object(
      {
        query: Type.String({ maxLength: 128 }),
        results: Type.Array(
          Type.Object(
            { id: DocId, score: Type.Number(), snippets: Type.Array(Snippet, { maxItems: 3 }) },
            closed,
          ),
          { maxItems: 50 },
        ),
        limit: Type.Integer({ minimum: 1, maximum: 50 }),
        offset: Type.Integer({ minimum: 0, maximum: 10_000 }),
        total_estimate: Type.Integer({
          minimum: 0,
          maximum: Number.MAX_SAFE_INTEGER,
          description: 'Documents that match: exact up to 1000 unless q has phrases, an estimate beyond.',
        }),
        next_offset: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_050 })),
        has_more: Type.Boolean(),
      },
      closed,
    ),
    refusals: [],
    timeoutMs: 2_000,
    door: { verb: 'search.read', code: 24, http: { route: 'GET /search', status: 200, ...noHeaders } },
  }),

  suggest: operation({
    ...plain,
    summary: 'Completes the last word of what is being typed.',
    request: Type.Object(
      {
        q: Type.String({ minLength: 1, maxLength: 128 }),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 10 })),
      },
      closed,
    ),
    response: Type.Object(
      {
        query: Type.String({ maxLength: 128 }),
        suggestions: Type.Array(
          Type.Object({ text: Type.String({ maxLength: 256 }), count: Count }, closed),
          {
            maxItems: 20,
          },
        ),
      },
      closed,
    ),
    refusals: [],
    timeoutMs: 1_000,
    door: {
      verb: 'search.read',
      code: 25,
      http: { route: 'GET /search/suggest', status: 200, ...noHeaders },
    },
  }),
}
