/** Descriptors of other nodes: read whole or not at all, and none passes that its key did not sign. */

import assert from 'node:assert/strict'
import { descriptorText, signerOf } from './descriptor.ts'
import { readDescriptor } from './read-descriptor.ts'
import { TestNode } from './test-node.fixture.ts'

const { descriptor, signature } = new TestNode('fuzz').describe(1_900_000_000_000)
const signed = descriptorText(descriptor)

export const seeds: readonly Uint8Array[] = [
  JSON.stringify(descriptor),
  JSON.stringify({ ...descriptor, kind: 'service', services: [], addresses: ['wss://node:1/x'] }),
  JSON.stringify({ ...descriptor, more: 1 }),
].map((text) => Buffer.from(text))

export const stepsPerByte = 100

export function run(input: Uint8Array): void {
  const value = parsed(Buffer.from(input).toString())
  const read = readDescriptor(value)
  if (read === null) return
  assert.deepEqual(read, value, 'something was left out or added')
  assert.deepEqual(readDescriptor(JSON.parse(JSON.stringify(read))), read)
  const text = descriptorText(read)
  assert.deepEqual(JSON.parse(text.slice(text.indexOf('\n') + 1)), read)
  assert.equal(signerOf(read, signature) !== null, text === signed)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
