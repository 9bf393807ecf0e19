/** A node does its work in every combination of what can be switched: amnesia, audit log, media and socket driver. */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { asker } from './http.ts'
import { startNode } from './node-process.ts'

const switches = {
  'node.amnesia': ['true', 'false'],
  'node.audit': ['true', 'false'],
  'storage.media_enabled': ['true', 'false'],
  'node.driver': ['uws', 'node'],
} as const

function combinations(): readonly (readonly string[])[] {
  return Object.entries(switches).reduce<readonly (readonly string[])[]>(
    (sofar, [setting, values]) =>
      values.flatMap((value) => sofar.map((chosen) => [...chosen, `${setting}=${value}`])),
    [[]],
  )
}

for (const chosen of combinations()) {
  test(`it serves and ends in order with ${chosen.join(' ')}`, async () => {
    const node = await startNode({ args: chosen.flatMap((setting) => ['--set', setting]) })
    const ask = asker(node)
    assert.equal((await ask('PUT /objects/here', { body: 'x' })).status, 201)
    assert.equal((await ask('GET /objects/here')).text, 'x')
    assert.equal((await ask('PUT /graph/edges', { json: { from: 'a', to: 'b' } })).status < 300, true)
    assert.equal(
      (await ask('PUT /search/docs/d', { json: { fields: { body: 'some text' } } })).status < 300,
      true,
    )
    const sent = await ask('POST /v1/mailbox/send', {
      json: { topic: 't', idem_key: 'k', payload_b64: 'eA==' },
    })
    assert.equal(sent.status < 300, true, sent.text)
    const amnesia = (await asker({ url: node.admin, token: node.token })('GET /version')).json<{
      amnesia: boolean
    }>()
    assert.equal(amnesia.amnesia, chosen.includes('node.amnesia=true'))
    node.signal('SIGTERM')
    assert.equal(await node.ended(), 0)
  })
}
