import assert from 'node:assert/strict'
import { test } from 'node:test'
import { peerLinks } from './peer-links.ts'
import { readDescriptor } from './read-descriptor.ts'
import { TestNode } from './test-node.fixture.ts'

const node = new TestNode('a')
const { descriptor } = node.describe(1_000)

test('a descriptor is read as it was written, and nothing else is', () => {
  assert.deepEqual(readDescriptor(JSON.parse(JSON.stringify(descriptor))), descriptor)
  const [offered] = descriptor.services
  const wrong: readonly object[] = [
    { owner: 'me' },
    { v: 2 },
    { kind: 'tenant' },
    { key: 7 },
    { name: '' },
    { name: 'x'.repeat(1_013) },
    { addresses: 'http://a' },
    { addresses: ['ftp://a'] },
    { addresses: ['http://a b'] },
    { addresses: Array.from({ length: 9 }, () => 'http://a') },
    { services: [null] },
    { services: [{ ...offered, more: 1 }] },
    { services: [{ ...offered, protocol: '1' }] },
    { services: [{ ...offered, operations: ['a b'] }] },
    { services: Array.from({ length: 33 }, () => offered) },
    { profile: 'a b' },
    { version: undefined },
    { issued_ms: 0.5 },
    { expires_ms: -1 },
    { seq: 2 ** 53 },
  ]
  for (const change of wrong)
    assert.equal(readDescriptor({ ...descriptor, ...change }), null, JSON.stringify(change))
  for (const value of [null, 7, 'x', [], [descriptor]]) assert.equal(readDescriptor(value), null)
})

test('a peer is a line of name, URL, node id and token file', () => {
  const line = `macro-1   http://127.0.0.1:8080 ${node.node}  /run/my tokens/of macro`
  assert.deepEqual(peerLinks([line]), [
    { peer: 'macro-1', url: 'http://127.0.0.1:8080', node: node.node, tokenPath: '/run/my tokens/of macro' },
  ])
  for (const wrong of [
    '',
    `http://a:1 ${node.node} /t`,
    `M http://a:1 ${node.node} /t`,
    `m a:1 ${node.node} /t`,
    `m http://a:1/path ${node.node} /t`,
    `m http://a:1 ${node.node.slice(1)} /t`,
    `m http://a:1 ${node.node}`,
  ])
    assert.throws(() => peerLinks([wrong]), /is no peer; write a name/, wrong)
  assert.throws(() => peerLinks([line, line]), /two peers are named macro-1/)
})
