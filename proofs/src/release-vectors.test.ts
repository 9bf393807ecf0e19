/**
 * What earlier releases say on the wire and in files is understood by this build, and this build says it in the same
 * bytes: frames, tokens, config bundles, audit logs, as they were frozen in `fixtures`.
 */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { attenuate, inspect } from '@ron/app-sdk'
import { decodeHeader, frameBytesMax, isFault } from '@ron/transport/oap/frame'
import { eventually } from './eventually.ts'
import { asker, type Problem } from './http.ts'
import { startNode } from './node-process.ts'
import { framesIn, OapSocket, request } from './oap-socket.ts'
import { ronctl } from './ronctl.ts'
import { frozenReleases } from './release/frozen.ts'
import { produced } from './release/vectors.ts'
import { scratchFile } from './scratch.ts'

const now = await produced()
const releases = frozenReleases()

test('there is a release to be held to, and each says which commit made it', () => {
  assert.ok(releases.length > 0)
  for (const { version, commit } of releases) {
    assert.match(version, /^\d+\.\d+\.\d+$/)
    assert.match(commit, /^[0-9a-f]{40}$/)
  }
})

for (const { version, vectors, auditFolder } of releases) {
  test(`frames, tokens and bundles are made in the bytes of ${version}`, () => {
    assert.deepEqual(now.vectors, vectors)
  })

  test(`the audit log has the tiles and the checkpoint of ${version}, which ronctl verifies`, async () => {
    for (const [path, bytes] of now.audit) {
      assert.ok(readFileSync(join(auditFolder, path)).equals(bytes), path)
    }
    const verified = await ronctl(['audit', 'verify', '--dir', auditFolder, '--key', vectors.auditKey])
    assert.deepEqual([verified.code, verified.stderr], [0, ''])
  })

  test(`frames of ${version} are read`, () => {
    for (const [name, hex] of Object.entries(vectors.frames)) {
      const header = decodeHeader(Buffer.from(hex, 'hex'), frameBytesMax)
      assert.ok(!isFault(header), name)
      assert.equal(header.length, hex.length / 2)
    }
  })

  test(`a node takes the tokens and the frames of ${version}, and says no where they say so`, async () => {
    const { whole = '', narrow = '', asking = '', discharged = '' } = vectors.tokens
    const node = await startNode({
      env: { MICRO_MACAROON_PATH: scratchFile(`release-${version}.macaroon`, `${whole}\n`) },
    })
    const ask = asker(node)
    const tenant = '0123456789abcdef'.repeat(2)
    assert.equal(inspect(narrow).caveats.length, 6)
    assert.equal((await ask('PUT /objects/release/b', { body: 'x', token: narrow })).status, 201)
    const outside = await ask('PUT /objects/other', { body: 'x', token: narrow })
    assert.deepEqual([outside.status, outside.json<Problem>().code], [403, 'CapabilityScope'])
    assert.equal((await ask('GET /objects/none', { token: asking })).status, 401)
    assert.equal((await ask('GET /objects/none', { token: discharged })).status, 404)
    assert.equal(
      (await ask('GET /objects/none', { token: attenuate(whole, 'verbs = objects.read') })).status,
      404,
    )

    const socket = await OapSocket.open(node.url)
    const frozen = Buffer.from(vectors.frames['request'] ?? '', 'hex')
    const [sent] = framesIn(frozen)
    assert.ok(sent !== undefined)
    // The fields of that message are more than the operation knows, and that is what it is told.
    assert.equal((await socket.send(frozen).next(sent.corrId)).code, 400)
    const hello = Buffer.from(vectors.frames['hello'] ?? '', 'hex')
    assert.equal((await socket.send(hello).next(1)).code, 200)
    const fields = { name: 'release/a', content_type: 'text/plain' }
    const put = {
      protocol: 0x0101,
      code: 2,
      corrId: 5,
      cap: narrow,
      tenant,
      fields,
      body: Buffer.from('content'),
    }
    assert.equal((await socket.send(request(put)).answer(5)).status, 201)
    socket.close()
  })

  test(`a node takes the config bundle of ${version}`, async () => {
    const signers = scratchFile(`release-${version}.pub`, vectors.bundle.signer)
    const node = await startNode({
      profile: 'macro',
      args: ['--set', `bundle.signers=${signers}`, '--set', 'bundle.probation=0s'],
    })
    const admin = asker({ url: node.admin, token: node.token })
    await eventually('the bundle in force', async () => {
      const reply = await admin('POST /api/v1/config/apply', { body: vectors.bundle.envelope })
      assert.ok([200, 503].includes(reply.status), reply.text)
      return reply.status === 200
    })
    const { version: inForce } = (await admin('GET /api/v1/config')).json<{ version: number }>()
    assert.equal(inForce, 3)
  })
}
