/**
 * The bundle a node has when it was given none: the facets are open to whoever has a capability for them,
 * everything else is denied. Capabilities say who may do what; policy says what may be done at all.
 */

const FACETS = {
  objects: ['/objects*', '/o', '/o/*'],
  media: ['/media*'],
  graph: ['/graph*'],
  search: ['/search*'],
  feed: ['/feed*'],
  mailbox: ['/v1/mailbox*'],
  zk: ['/zk*'],
  overlay: ['/overlay*'],
  policy: ['/policy*'],
  registry: ['/registry*'],
  peers: ['/peers*'],
} as const

/** In the form a file would have. */
export const defaultBundle = {
  version: 1,
  meta: { name: 'micro default', summary: 'Every facet of the node; capabilities decide who may use it.' },
  defaults: { default_action: 'deny' },
  rules: Object.entries(FACETS).flatMap(([facet, paths]) =>
    paths.map((path, i) => ({
      id: i === 0 ? `micro.${facet}` : `micro.${facet}.${i + 1}`,
      when: { path },
      action: 'allow',
    })),
  ),
} as const
