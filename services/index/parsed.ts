/** What a reader of a query language returns: the query, or one sentence about what is wrong with it. */
export type Parsed<Query> =
  { readonly ok: true; readonly query: Query } | { readonly ok: false; readonly problem: string }
