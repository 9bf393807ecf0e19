import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TlogError } from './error.ts'
import { eventRootLine, parseEventRoot } from './event-root.ts'

const root = 'ab'.repeat(32)
const text = (line: string) => `localhost/audit/1\n7\nAAAA\n${line}\n`

test('the line behind the root is read back', () => {
  for (const first of [0, 16_384]) {
    const line = eventRootLine({ first, root })
    assert.deepEqual(parseEventRoot(text(line)), { first, root })
  }
})

test('a checkpoint without it, or with another, says nothing of the tree', () => {
  const line = eventRootLine({ first: 0, root })
  for (const other of ['', `${line} `, line.toUpperCase(), line.replace(' 0 ', ' 00 '), line.slice(0, -1)])
    assert.throws(() => parseEventRoot(text(other)), TlogError, other)
  assert.throws(() => parseEventRoot('a\n1\nb\n'), TlogError)
})
