import { contract } from '@ron/kernel/contract/contract'
import { bytes, count, section } from '@ron/kernel/contract/settings'
import { graphOperations } from './graph-operations.ts'
import { searchOperations } from './search-operations.ts'

export const index = contract({
  name: 'index',
  summary: 'Keeps a graph of named nodes, and documents that can be searched by their words.',
  need: 'required',
  inbox: { capacity: 1024, concurrency: 64 },
  config: section({
    edgesMax: count({
      default: 2_000_000,
      minimum: 1,
      maximum: 50_000_000,
      doc: 'Most edges the node keeps, 35 to 75 bytes each; more are refused with 507.',
    }),
    nodesMax: count({
      default: 1_000_000,
      minimum: 2,
      maximum: 16_000_000,
      doc: 'Most graph nodes the node keeps, about 100 bytes each and their names; more are refused with 507.',
    }),
    visitsMax: count({
      default: 100_000,
      minimum: 1,
      maximum: 10_000_000,
      doc: 'Most edges one graph query looks at before it answers with what it has and says truncated.',
    }),
    docsMax: count({
      default: 200_000,
      minimum: 1,
      maximum: 2_000_000,
      doc: 'Most documents the node keeps for search; more are refused with 507.',
    }),
    textBytesMax: bytes({
      default: '64MiB',
      doc: 'Most text those documents may hold together; finding it takes about as much again.',
    }),
    wordsMax: count({
      default: 500_000,
      minimum: 1,
      maximum: 50_000_000,
      doc: 'Most different words and tags of those documents, about 150 bytes each; more are refused with 507.',
    }),
    docBytesMax: bytes({
      default: '256KiB',
      minimum: '1KiB',
      maximum: '1MiB',
      doc: 'Most text one document may hold; a larger one is refused with 413.',
    }),
    journalBytesMax: bytes({
      default: '256MiB',
      minimum: '4MiB',
      maximum: '1GiB',
      change: 'process',
      doc: 'Most memory for the records a crashed index is rebuilt from, and for moments as much again.',
    }),
  }),
  state: { journal: 'journalBytesMax', blobs: null, stamps: false },
  uses: {},
  oap: 0x0102,
  operations: { ...graphOperations, ...searchOperations },
})
