/**
 * The peers that a node is told to link with, each as a line of its settings:
 *
 *     NAME http://host:port NODE-ID /path/of/the/token
 *
 * The name is what this node calls the peer; the node id is what the peer must prove to be.
 */

export interface PeerLink {
  readonly peer: string
  readonly url: string
  /** 64 lower-case hex digits. */
  readonly node: string
  /** File with the capability that the peer gave this node. */
  readonly tokenPath: string
}

const written = /^([a-z0-9][a-z0-9-]{0,62}) +(\S+) +([0-9a-f]{64}) +(\S.*)$/

/** Throws a sentence for the operator about the first line that is none, and about a name that two of them have. */
export function peerLinks(lines: readonly string[]): readonly PeerLink[] {
  const links = lines.map(peerLink)
  const twice = links.find(({ peer }, at) => links.findIndex((other) => other.peer === peer) !== at)
  if (twice !== undefined) throw new Error(`peers.links: two peers are named ${twice.peer}; rename one`)
  return links
}

function peerLink(line: string): PeerLink {
  const [, peer = '', url = '', node = '', tokenPath = ''] = written.exec(line.trim()) ?? []
  if (peer !== '' && isBase(url)) return { peer, url, node, tokenPath }
  throw new Error(
    `peers.links: ${JSON.stringify(line)} is no peer; write a name of a-z, 0-9 and hyphens, http://host:port, ` +
      'the 64 digits of its node id and the path of a token file, with spaces between',
  )
}

/** Scheme, host and port, and nothing after them. */
function isBase(url: string): boolean {
  return /^https?:\/\//.test(url) && URL.canParse(url) && new URL(url).origin === url
}
