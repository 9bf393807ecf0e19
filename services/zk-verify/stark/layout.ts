/**
 * How a proof lies in bytes. It has one length. Elements are 4 bytes, little-endian and below p; elements of the
 * extension are five of them; hashes are 32 bytes.
 *
 *     caps of four trees │ columns at z │ columns at g·z │ segments at z │ final coefficients │ nonce │ 40 openings
 *
 *     opening   row of the trace, salt, path │ row of segments and mask, salt, path │ first fold, path │ second, path
 */

import {
  capNodes,
  columns,
  domainSize,
  finalCoefficients,
  folding,
  queries,
  saltBytes,
  segments,
} from './parameters.ts'

export const elementBytes = 4
/** Elements of the base field in one of the extension. */
const extDegree = 5
export const extBytes = extDegree * elementBytes
export const hashBytes = 32
export const nonceBytes = 4

/** One of the four trees: what its leaves are, and how far it is from them to the cap. */
export interface TreeShape {
  readonly leaves: number
  readonly elements: number
  readonly salt: number
  /** Bytes of a leaf. */
  readonly leafBytes: number
  /** Hashes of a path. */
  readonly path: number
}

export const traceTree = treeShape(domainSize, columns, saltBytes)
/** Its leaves have the segments of the quotient, and a mask that hides what is folded. */
export const quotientTree = treeShape(domainSize, (segments + 1) * extDegree, saltBytes)
/** What is folded is hidden by the mask, so its leaves need no salt. */
export const firstFold = treeShape(domainSize / folding, folding * extDegree, 0)
export const secondFold = treeShape(domainSize / folding ** 2, folding * extDegree, 0)
/** In the order in which they are committed to, and opened. */
export const trees = [traceTree, quotientTree, firstFold, secondFold] as const

export const capBytes = capNodes * hashBytes

/** Where each part begins. */
export const at = parts()

export const openingBytes = trees.reduce((sum, tree) => sum + treeBytes(tree), 0)
export const proofBytes = at.openings + queries * openingBytes

/** Bytes that one opening takes of a tree. */
export function treeBytes({ leafBytes, path }: TreeShape): number {
  return leafBytes + path * hashBytes
}

function treeShape(leaves: number, elements: number, salt: number): TreeShape {
  return {
    leaves,
    elements,
    salt,
    leafBytes: elements * elementBytes + salt,
    path: Math.log2(leaves / capNodes),
  }
}

function parts() {
  const columnsAtZ = trees.length * capBytes
  const columnsAtNext = columnsAtZ + columns * extBytes
  const segmentsAtZ = columnsAtNext + columns * extBytes
  const final = segmentsAtZ + segments * extBytes
  const nonce = final + finalCoefficients * extBytes
  return { columnsAtZ, columnsAtNext, segmentsAtZ, final, nonce, openings: nonce + nonceBytes }
}
