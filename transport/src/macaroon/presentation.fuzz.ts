/**
 * Proofs as requests bring them, and statements as caveats ask for them: what is read is written back as it was, so
 * that no two texts mean one thing, and a `cap` field comes apart where it was put together.
 */

import assert from 'node:assert/strict'
import { orDeclared } from '@ron/kernel/system/declared.fixture'
import { equalBytes } from './chain.ts'
import { MacaroonError } from './error.ts'
import {
  joinCap,
  parsePresentation,
  presentationCharsMax,
  presentationText,
  splitCap,
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

const isDeclared = (thrown: unknown) => thrown instanceof MacaroonError

export function run(input: Uint8Array): void {
  const text = String.fromCharCode(...input)
  const presentation = orDeclared(() => parsePresentation(text), isDeclared)
  if (presentation !== null) {
    const written = presentationText(presentation)
    assert.ok(presentationText(parsePresentation(written)) === written, 'proofs do not survive their text')
    assert.ok(written.length <= presentationCharsMax, 'what was read may not be written')
    const parts = splitCap(joinCap(written, input))
    assert.ok(parts.presentation === written && equalBytes(parts.token, input), 'a cap comes apart elsewhere')
  }
  const cap = splitCap(input)
  assert.ok(equalBytes(joinCap(cap.presentation, cap.token), input), 'a cap has two readings')
  const statement = parseStatement(text)
  assert.ok(statement === null || statementText(statement) === text, 'a statement has two texts')
}
