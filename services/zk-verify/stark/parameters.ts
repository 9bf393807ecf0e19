/**
 * The numbers of the proof system. Why they are what they are, and what they are worth, stands in docs/STARK.md; the two
 * have to be changed together, and with them the version in the text at the end.
 */

/** Levels of the tree. */
export const depth = 14
/** Elements of a digest in the tree. */
export const digestElements = 8
/** Of the trace: 16 of a state, 8 that carry the left node, and a bit. */
export const columns = 25
/** Rows of the trace for each level. */
export const period = 32
export const traceRows = 512

/** Committed polynomials have degrees below this. */
export const degreeBound = 1_024
/** Points at which each is committed to, 32 for each of its coefficients. */
export const domainSize = 32_768
/** The points are this times the roots of unity, so none of them is the point of a row. */
export const shift = 3

export const queries = 40
/** Zero bits that a prover has to find a nonce for before it learns the queries. */
export const grindingBits = 16

/** Each folding makes one value of so many. */
export const folding = 8
/** Coefficients of what is left after two of them. */
export const finalCoefficients = degreeBound / folding ** 2

/** The quotient is h₀ + x⁹⁶⁰·h₁; above 960 lies what h₀ is blinded with. */
export const segmentLength = 960
export const segments = 2

/** Nodes of a Merkle tree that are told, in place of its root. */
export const capNodes = 32
/** Chance that each leaf of the first two trees is hashed with. */
export const saltBytes = 16

/** All of it in one line, the verifying key: there is nothing secret behind it and nobody has made it. */
export const parameters =
  'ron audit-inclusion-stark 1; koalabear 2^31-2^24+1, x^5+x^2-1; ' +
  `poseidon2 width 16 x^3 8+20 grain, ${depth} levels; ` +
  `trace ${columns}x${traceRows}, period ${period}, degree ${degreeBound}, domain ${shift}*${domainSize}; ` +
  `quotient ${segments}x${segmentLength}; fri fold ${folding} twice, final ${finalCoefficients}; ` +
  `queries ${queries}, grinding ${grindingBits}; blake3, caps ${capNodes}, salts ${saltBytes}`
