/**
 * DER as far as certificates and OCSP need it (X.690 §8.1, §10.1): definite lengths, tags of one byte, and nothing that
 * goes past its end. It builds no objects: a node is where it lies.
 */

export interface DerNode {
  readonly tag: number
  /** Without tag and length. */
  readonly content: Uint8Array
  /** With them. */
  readonly whole: Uint8Array
}

export const tag = {
  boolean: 1,
  integer: 2,
  octets: 4,
  oid: 6,
  enumerated: 10,
  time: 24,
  sequence: 48,
  context: (number: number) => 0xa0 + number,
  /** A context tag whose content is no other node. */
  plain: (number: number) => 0x80 + number,
} as const

/** More in one node is none of what is read here; each is looked at. */
const childrenMax = 4_096

/** The nodes that lie one after the other in some bytes. Throws for what is no DER. */
export function derNodes(bytes: Uint8Array): readonly DerNode[] {
  const nodes: DerNode[] = []
  for (let at = 0; at < bytes.length;) {
    const { start, end } = boundsOf(bytes, at)
    nodes.push({
      tag: bytes[at] ?? 0,
      content: bytes.subarray(start, end),
      whole: bytes.subarray(at, end),
    })
    if (nodes.length > childrenMax) throw new Error(`more than ${childrenMax} parts`)
    at = end
  }
  return nodes
}

/** The one node that some bytes are. */
export function derNode(bytes: Uint8Array): DerNode {
  const [node, ...more] = derNodes(bytes)
  if (node === undefined || more.length > 0) throw new Error('not one part')
  return node
}

/** The nodes within one, which must have this tag. */
export function inside(node: DerNode | undefined, wanted: number): readonly DerNode[] {
  return derNodes(contentOf(node, wanted))
}

/** The content of a node, which must have this tag. */
export function contentOf(node: DerNode | undefined, wanted: number): Uint8Array {
  if (node?.tag === wanted) return node.content
  throw new Error(`a part with tag ${wanted} is missing`)
}

/** GeneralizedTime as DER has it, `YYYYMMDDHHMMSSZ` (RFC 5280 §4.1.2.5.2), in milliseconds since the epoch. */
export function instantOf(node: DerNode | undefined): number {
  const text = new TextDecoder().decode(contentOf(node, tag.time))
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number)
  if (parts.length === 0) throw new Error('a time that is not YYYYMMDDHHMMSSZ')
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

function boundsOf(bytes: Uint8Array, at: number): { start: number; end: number } {
  const first = bytes[at + 1]
  if (first === undefined || ((bytes[at] ?? 0) & 31) === 31) throw new Error('a part without a length')
  const more = first < 128 ? 0 : first & 127
  const start = at + 2 + more
  if (first === 128 || more > 3 || start > bytes.length) throw new Error('a length that is none')
  const length = more === 0 ? first : bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0)
  if (start + length > bytes.length) throw new Error('a part that goes past the end')
  return { start, end: start + length }
}
