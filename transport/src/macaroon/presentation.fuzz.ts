/**
 * Proofs as requests bring them, and statements as caveats ask for them: what is read is written back as it was, so
 * that no two texts mean one thing, and a `cap` field comes apart where it was put together.
 */

import { MacaroonError } from './error.ts'
import {
  joinCap,
  parsePresentation,
  presentationCharsMax,
  presentationText,
  splitCap,
  type Presentation,
} from './presentation.ts'
import { utf8 } from './text.ts'
import { parseStatement, statementText } from './zk-caveat.ts'

const nonce = '0123456789abcdef'.repeat(2)

export const seeds: readonly Uint8Array[] = [
  `${nonce} AAAA`,
  `${nonce} AAAA;a=1;b=0xff _-8`,
  'audit-inclusion:root=0x1f,count=20',
  'quota-compliance',
].map(utf8)

export const stepsPerByte = 400

export function run(input: Uint8Array): void {
  const text = String.fromCharCode(...input)
  const presentation = read(text)
  if (presentation !== null) {
    const written = presentationText(presentation)
    check(presentationText(parsePresentation(written)) === written, 'proofs do not survive their text')
    check(written.length <= presentationCharsMax, 'what was read may not be written')
    const parts = splitCap(joinCap(written, input))
    check(parts.presentation === written && same(parts.token, input), 'a cap comes apart elsewhere')
  }
  const cap = splitCap(input)
  check(same(joinCap(cap.presentation, cap.token), input), 'a cap has two readings')
  const statement = parseStatement(text)
  check(statement === null || statementText(statement) === text, 'a statement has two texts')
}

function read(text: string): Presentation | null {
  try {
    return parsePresentation(text)
  } catch (error) {
    if (error instanceof MacaroonError) return null
    throw error
  }
}

function check(holds: boolean, violated: string): void {
  if (!holds) throw new Error(violated)
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}
