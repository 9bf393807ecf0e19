/**
 * Signed notes and checkpoints: no change of a note opens as another text, and what is read of a key or a checkpoint is
 * written back as it was.
 */

import assert from 'node:assert/strict'
import { orDeclared } from '../system/declared.fixture.ts'
import { checkpointText, parseCheckpoint } from './checkpoint.ts'
import { TlogError } from './error.ts'
import { keyFromSeed, noteSigner, openNote, parseVerifierKey, verifierKey } from './note.ts'

const signer = noteSigner('example.com/log', keyFromSeed(new Uint8Array(32).fill(1)))
const other = noteSigner('example.com/other', keyFromSeed(new Uint8Array(32).fill(2)))
const text = checkpointText({ origin: 'example.com/log', size: 20, root: new Uint8Array(32) })
const longer = `${text}more\n\nlines\n`
const signed = new Set([text, longer])

const isDeclared = (thrown: unknown) => thrown instanceof TlogError

export const seeds: readonly Uint8Array[] = [
  signer.sign(text),
  signer.sign(longer),
  `${signer.sign(text)}${other.line(text)}`,
  other.sign(text),
  verifierKey(signer.key),
  text,
].map((seed) => Buffer.from(seed))

export const stepsPerByte = 100

export function run(input: Uint8Array): void {
  const given = Buffer.from(input).toString()
  const opened = orDeclared(() => openNote(given, [signer.key]), isDeclared)
  assert.ok(opened === null || signed.has(opened), 'a text counts that nobody signed')
  const key = orDeclared(() => parseVerifierKey(given), isDeclared)
  if (key !== null) assert.equal(verifierKey(key), given)
  const checkpoint = orDeclared(() => parseCheckpoint(given), isDeclared)
  if (checkpoint !== null) {
    const written = checkpointText(checkpoint)
    assert.equal(given.startsWith(written) || `${given}\n` === written, true, 'a checkpoint has two texts')
  }
}
