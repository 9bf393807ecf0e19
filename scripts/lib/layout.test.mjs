// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaints } from './layout.mjs'

const head = '/** What this is. */\n'

for (const [what, path, text] of /** @type {const} */ ([
  ['a contract that imports the bus', 'kernel/src/contract/x.ts', `import { Bus } from '../bus/bus.ts'`],
  ['a service that imports another service', 'services/a/x.ts', `import { b } from '../b/domain.ts'`],
  [
    'a service that imports the transport',
    'services/a/x.ts',
    `import { x } from '@ron/transport/http/router'`,
  ],
  [
    'the transport importing the supervisor',
    'transport/src/x.ts',
    `import { x } from '@ron/kernel/supervisor/supervise'`,
  ],
  [
    'the pure wire importing the listener',
    'transport/src/oap/x.ts',
    `import { x } from '../listener/listener.ts'`,
  ],
  [
    'a table that knows what it is for',
    'kernel/src/tables/x.ts',
    `import { x } from '../call/open-calls.ts'`,
  ],
  [
    'the tree of the audit log importing the kernel',
    'kernel/src/tlog/x.ts',
    `import { x } from '../config/load.ts'`,
  ],
  ['the sdk importing a service', 'sdk/src/x.ts', `import { x } from '@ron/services/storage/contract'`],
  ['the wire using Node', 'transport/src/oap/x.ts', `import { x } from 'node:crypto'`],
  ['a clock read in a domain file', 'services/a/x.ts', `const t = Date.now()`],
  ['a socket library outside its driver', 'transport/src/http/x.ts', `import { App } from 'uWebSockets.js'`],
  [
    'a node that needs what makes keys for development',
    'services/zk-verify/x.ts',
    `import { x } from './proving/x.ts'`,
  ],
  ['a service that dials', 'services/a/x.ts', `import { SDK } from '@ron/app-sdk'`],
  ['a kernel that dials', 'kernel/src/x.ts', `const reply = await fetch('http://a')`],
  ['a thread with a socket of its own', 'services/peers/x.ts', `import { WebSocket } from 'ws'`],
  ['a table of who is near', 'services/peers/x.ts', ['const k', 'Buckets = 1'].join('-')],
  ['a lookup among many nodes', 'services/peers/x.ts', ['find', 'Node(id)'].join('')],
  ['a file named for such a lookup', ['services/peers/d', 'ht.ts'].join(''), ''],
  ['a file too long', 'services/a/x.ts', '\n'.repeat(400)],
  ['work left for later', 'services/a/x.ts', ['// TO', 'DO finish'].join('')],
  ['a skipped test', 'services/a/x.test.ts', ['test.sk', "ip('x', () => {})"].join('')],
  ['a file in no room', 'somewhere/x.ts', ''],
])) {
  test(`it complains of ${what}`, () => {
    assert.equal(complaints(path, head + text).length, 1)
  })
}

test('it complains of a file that does not say what it is', () => {
  assert.equal(complaints('services/a/x.ts', 'export {}').length, 1)
})

for (const [what, path, text] of /** @type {const} */ ([
  [
    'a service that imports the contract of another',
    'services/a/x.ts',
    `import type { b } from '../b/contract.ts'`,
  ],
  ['peers that dial by way of the SDK', 'services/peers/x.ts', `import { SDK } from '@ron/app-sdk'`],
  ['compose, which knows every part', 'kernel/src/compose/x.ts', `import { x } from '@ron/services/roster'`],
  ['the sdk importing the wire', 'sdk/src/x.ts', `import { x } from '@ron/transport/oap/frame'`],
  [
    'a test that makes proofs with keys for development',
    'services/zk-verify/x.test.ts',
    `import { x } from './proving/x.ts'`,
  ],
  [
    'a test that sets a clock by hand',
    'services/a/x.test.ts',
    `import { x } from '@ron/kernel/system/manual-clock'`,
  ],
])) {
  test(`it has nothing against ${what}`, () => {
    assert.deepEqual(complaints(path, head + text), [])
  })
}
