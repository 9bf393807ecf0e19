/**
 * A node does its work whatever is switched on and off beside it: each value of each switch with each value of every other,
 * on both profiles. What is on is shown to work, and what is off is shown not to be there.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { SDK } from '@ron/app-sdk'
import { noUws } from '@ron/transport/listener/uws-here.fixture'
import { exclusions, features, trust, valueOf, type Running } from './matrix/features.ts'
import { pairwise, type Combination } from './matrix/pairwise.ts'
import { startNode } from './node-process.ts'
import { scratchFolder } from './scratch.ts'

const profiles = { micro: 'micro', macro: 'macro' } as const
const switches = {
  profile: Object.keys(profiles),
  ...Object.fromEntries(Object.entries(features).map(([name, values]) => [name, Object.keys(values)])),
  ...(noUws === null ? {} : { driver: ['node'] }),
}

if (noUws !== null) test('it serves with driver=uws', { skip: noUws })

let nodes = 0

async function started(chosen: Combination): Promise<Running> {
  const folder = join(scratchFolder(), `matrix-${nodes++}`)
  mkdirSync(folder, { mode: 0o700 })
  const settings: string[] = []
  for (const one of switched(chosen)) settings.push(...(await valueOf(one).settings(folder)))
  const node = await startNode({
    profile: chosen.includes('profile=macro') ? profiles.macro : profiles.micro,
    args: settings.flatMap((setting) => ['--set', setting]),
  })
  const admin = new SDK({ baseUrl: node.admin, cap: node.token, ...trust(node.admin) })
  const version = await admin.get('/version')
  return {
    node,
    folder,
    sdk: new SDK({ baseUrl: node.url, cap: node.token, carrier: 'oap', ...trust(node.url) }),
    admin,
    version: { ...Object(version) },
  }
}

/** Without the profile, which is no setting. */
function switched(chosen: Combination): Combination {
  return chosen.filter((one) => !one.startsWith('profile='))
}

/** A little of everything that is always there. */
async function works({ sdk }: Running): Promise<void> {
  await sdk.put('/objects/here', 'x')
  assert.deepEqual(await sdk.get('/objects/here'), new TextEncoder().encode('x'))
  await sdk.graph.link({ from: 'a', to: 'b' })
  await sdk.search.putDoc({ id: 'd', fields: { body: 'some text' } })
  assert.equal((await sdk.search.search({ q: 'text' })).results.length, 1)
  await sdk.mailbox.send({ topic: 't', idem_key: 'k', payload_b64: 'eA==' })
  assert.equal((await sdk.mailbox.recv({ topic: 't' })).messages.length, 1)
}

for (const chosen of pairwise(switches, exclusions)) {
  test(`it serves and ends in order with ${chosen.join(' ')}`, async () => {
    const running = await started(chosen)
    await works(running)
    for (const one of switched(chosen)) await valueOf(one).shows(running)
    running.sdk.close()
    running.admin.close()
    running.node.signal('SIGTERM')
    assert.equal(await running.node.ended(), 0)
  })
}
