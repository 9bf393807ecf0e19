import assert from 'node:assert/strict'
import { Socket } from 'node:net'
import { test } from 'node:test'
import { placesOf } from './places.ts'

const uds = { path: '/run/ron/node.sock', adminPath: '', allowUids: [process.getuid?.() ?? 0] }

test('whose user cannot be told any more is on no list', async () => {
  const { node, admin } = await placesOf({ uds })
  assert.equal(node?.admits(new Socket()), false)
  assert.equal(admin, null)
})

test('without a list the modes of the files decide', async () => {
  const { node } = await placesOf({ uds: { ...uds, allowUids: [] } })
  assert.equal(node?.admits(new Socket()), true)
})
