/** Answers the operations on documents: wire names in, wire names out, and defaults for what is not given. */

import type { ConfigOf, Running } from '@ron/kernel/contract/contract'
import type { index } from './contract.ts'
import type { Keeper } from './keeper.ts'
import type { searchOperations } from './search-operations.ts'
import { BYTES_PER_TURN, type Rereading } from './text/rereading.ts'
import { parseSearch } from './text/search-query.ts'
import type { Tenants } from './tenants.ts'
import { bytesOf, type Doc, type Hit, type TextIndex } from './text/text-index.ts'

type Handlers = Pick<Running<typeof index>['handle'], keyof typeof searchOperations>

export function searchHandlers(
  texts: Tenants<TextIndex>,
  keeper: Keeper,
  rereading: Rereading,
  { docBytesMax }: ConfigOf<typeof index>,
  pause: () => Promise<void>,
): Handlers {
  const fitting = (wire: WireDoc, refuse: (code: 'TooLarge', message: string) => never): Doc => {
    const doc = { id: wire.id, fields: wire.fields, tags: wire.tags ?? [] }
    const bytes = bytesOf(doc)
    if (bytes <= docBytesMax) return doc
    return refuse('TooLarge', `document ${doc.id} holds ${bytes} bytes; index.docBytesMax is ${docBytesMax}`)
  }

  /** A document that is put is found by the next search, so its words are read at once. */
  const put = (tenant: string, doc: Doc, aside?: string): 'created' | 'replaced' => {
    rereading.ensureDone()
    const { created } = keeper.keep({ kind: 'putDoc', tenant, doc }, aside)
    texts.use(tenant, (text) => text.read(Infinity))
    return created === 1 ? 'created' : 'replaced'
  }

  return {
    putDoc: (request, { caller, refuse }) =>
      keeper.acknowledge({ outcome: put(caller.tenant, fitting(request, refuse)) }),

    getDoc: ({ id }, { caller, refuse }) => {
      const doc = texts.use(caller.tenant, (text) => text.get(id)) ?? refuse('NotFound', `no document ${id}`)
      return { id, fields: { ...doc.fields }, tags: [...doc.tags] }
    },

    removeDoc: ({ id }, { caller: { tenant }, refuse }) => {
      const known = texts.use(tenant, (text) => text.get(id) !== undefined)
      if (!known) return refuse('NotFound', `no document ${id}`)
      keeper.keep({ kind: 'removeDoc', tenant, id })
      return keeper.acknowledge({})
    },

    putDocs: async ({ docs: wire }, { caller, refuse, signal }) => {
      const docs = wire.map((doc) => fitting(doc, refuse))
      const outcomes = { created: 0, replaced: 0 }
      let bytes = 0
      for (const [i, doc] of docs.entries()) {
        outcomes[put(caller.tenant, doc, `; ${i} of the ${docs.length} documents were stored`)]++
        bytes += bytesOf(doc)
        if (bytes < BYTES_PER_TURN) continue
        bytes = 0
        await pause()
        if (signal.aborted) break
      }
      return keeper.acknowledge(outcomes)
    },

    search: (
      { q, limit = 10, offset = 0, prefix = false, fuzzy = false, ...filters },
      { caller, refuse },
    ) => {
      const parsed = parseSearch(q)
      const query = parsed.ok ? parsed.query : refuse('BadRequest', parsed.problem)
      rereading.ensureDone()
      const ask = { query, limit, offset, prefix, fuzzy, ...filters }
      const { hits, totalEstimate, more } = texts.use(caller.tenant, (text) => text.search(ask))
      return {
        query: q,
        results: hits.map(resultOf),
        limit,
        offset,
        total_estimate: totalEstimate,
        has_more: more,
        ...(more ? { next_offset: offset + limit } : {}),
      }
    },

    suggest: ({ q, limit = 10 }, { caller }) => {
      rereading.ensureDone()
      return { query: q, suggestions: texts.use(caller.tenant, (text) => text.suggest(q, limit)) }
    },
  }
}

interface WireDoc {
  readonly id: string
  readonly fields: Readonly<Record<string, string>>
  readonly tags?: readonly string[]
}

function resultOf({ id, score, snippets }: Hit) {
  return {
    id,
    score: Math.round(score * 1e4) / 1e4,
    snippets: snippets.map(({ field, text, highlights }) => ({ field, text, highlights: [...highlights] })),
  }
}
