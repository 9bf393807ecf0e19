/** The attributes of a packed letter, held to the limits that the contract gives those of every other. */

import { attrsIn } from '@ron/kernel/contract/packed/letter'

const attrsMax = 16
const valueMax = 256
const namePattern = /^[A-Za-z0-9_.-]{1,64}$/

/** What is wrong with them, or null. */
export function attrsFault(letter: Uint8Array): string | null {
  // No attributes take no bytes, and most letters have none.
  const keyEnd = 1 + (letter[0] ?? 0)
  if (letter[keyEnd] === 0 && letter[keyEnd + 1] === 0) return null
  const attrs = attrsIn(letter)
  if (typeof attrs !== 'object' || attrs === null || Array.isArray(attrs))
    return 'its attributes are not a JSON object'
  const entries = Object.entries(attrs)
  if (entries.length > attrsMax) return `it has ${entries.length} attributes, the limit is ${attrsMax}`
  for (const [name, value] of entries) {
    if (!namePattern.test(name)) return `the name of an attribute must match ${namePattern.source}`
    if (typeof value !== 'string' || Array.from(value).length > valueMax)
      return `attribute ${name} is not a text of at most ${valueMax} characters`
  }
  return null
}
