/**
 * Capabilities in the hands of people, on a real node: minted, made narrower, looked into, tried out and revoked,
 * over the API, the SDK and the command; what is simulated is what happens, and what is revoked is over at once, also
 * for what was under way.
 */

import { chmodSync } from 'node:fs'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { attenuate, bind, NodeError, SDK, simulate, tokensOf } from '@ron/app-sdk'
import { openEvents } from './event-source.ts'
import { asker, type Problem } from './http.ts'
import { startNode } from './node-process.ts'
import { OapSocket, request } from './oap-socket.ts'
import { pythonAttenuate, pythonDischarge } from './python-macaroon.ts'
import { ronctl as runRonctl } from './ronctl.ts'
import { scratchFile } from './scratch.ts'
import { seeded } from './seeded.ts'

const issuerKey = 'c3'.repeat(32)
const keyFile = scratchFile('issuer.key', `${issuerKey}\n`)
chmodSync(keyFile, 0o600)
const [node, small] = await Promise.all([
  startNode({ profile: 'macro', args: ['--set', 'overlay.tarpit_after=0'] }),
  startNode({
    args: [
      'capabilities.revocations_max=3',
      `capabilities.issuer_key_path=${keyFile}`,
      'capabilities.issuer_location=https://auth.example',
    ].flatMap((setting) => ['--set', setting]),
  }),
])
const ask = asker(node)
const admin = asker({ url: node.admin, token: node.token })
const tokens = tokensOf(new SDK({ baseUrl: node.admin, cap: node.token }))
const hour = { ttlMs: 3_600_000 }

interface Refused {
  readonly status: number
  readonly code: string
  readonly caveat: string | undefined
}

/** What the wall says to a request; whatever comes after the wall has let it in. */
async function wallsAnswer(
  what: `${string} /${string}`,
  token: string,
  body?: Uint8Array,
): Promise<Refused | null> {
  const reply = await ask(what, { token, ...(body === undefined ? {} : { body }) })
  if (reply.status < 400 || reply.status === 404) return null
  const { code, explain } = reply.json<Problem>()
  assert.equal(explain?.wall, 'auth', reply.text)
  return { status: reply.status, code, caveat: explain?.caveat }
}

/** In the name of that token, without the line break at the end of what is printed. */
async function ronctl(args: readonly string[], token: string, input = '') {
  const { stdout, ...ran } = await runRonctl(args, { admin: node.admin, token, input })
  return { ...ran, stdout: stdout.trim() }
}

test('a token is minted, narrowed, looked into, tried out and revoked by the command', async () => {
  const minted = await ronctl(['token', 'mint', 'verbs = objects.*', '--ttl', '1h'], node.token)
  assert.equal(minted.code, 0, minted.stderr)
  const narrow = await ronctl(['token', 'attenuate', 'path = /objects/ann/*'], minted.stdout)
  assert.equal(narrow.code, 0, narrow.stderr)
  const told = await ronctl(
    ['token', 'inspect', '--token', '-', '--admin', node.admin],
    node.token,
    narrow.stdout,
  )
  assert.equal(told.code, 0, told.stderr)
  assert.match(told.stdout, /path = \/objects\/ann\/\*/)
  const tried = (...args: string[]) => ronctl(['token', 'simulate', ...args], node.token, narrow.stdout)
  assert.equal((await tried('objects.write', '/objects/ann/a')).code, 0)
  const stopped = await tried('objects.write', '/objects/bob/a', '--json')
  assert.equal(stopped.code, 1)
  assert.equal(JSON.parse(stopped.stdout).stops.caveat, 'path = /objects/ann/*')
  assert.match((await tried()).stdout, /objects\.read +yes/)

  assert.equal(await wallsAnswer('GET /objects/ann/a', narrow.stdout), null)
  const revoked = await ronctl(['token', 'revoke'], node.token, narrow.stdout)
  assert.equal(revoked.code, 0, revoked.stderr)
  assert.equal((await wallsAnswer('GET /objects/ann/a', narrow.stdout))?.code, 'CapabilityInvalid')
  assert.equal(await wallsAnswer('GET /objects/ann/a', minted.stdout), null, 'what it was made from is good')
  assert.equal((await tried('objects.write', '/objects/ann/a')).code, 1)
  assert.match((await ronctl(['token', 'revocations'], node.token)).stdout, /^token +v1:boot-1:/m)
})

test('what a certificate would be worth to a token is tried out by its names, with a node and without', async () => {
  const tied = attenuate(node.token, 'client = dns:app.example')
  for (const [asking, how] of [
    [[], 'by the node'],
    [['--admin', ''], 'without it'],
  ] as const) {
    const tried = (...more: string[]) =>
      ronctl(
        ['token', 'simulate', 'objects.read', '/objects/a', ...more, ...asking, '--json'],
        node.token,
        tied,
      )
    const bare = await tried()
    assert.deepEqual([bare.code, JSON.parse(bare.stdout).stops.caveat], [1, 'client = dns:app.example'], how)
    assert.equal((await tried('--client', 'cn:app')).code, 1, how)
    assert.equal((await tried('--client', 'cn:app', '--client', 'dns:app.example')).code, 0, how)
    const misread = await tried('--client', 'app.example')
    assert.equal(misread.code, 1, how)
    assert.match(misread.stdout + misread.stderr, /sha256:HEX, cn:NAME, dns:NAME/, how)
  }
})

test('nobody mints more than they have, and nobody mints without the verb for it', async () => {
  const minter = attenuate(
    node.token,
    'verbs = admin.mint,objects.read',
    'path = /objects/ann/*',
    'bytes_max = 9',
  )
  const mine = tokensOf(
    new SDK({ baseUrl: node.admin, cap: attenuate(node.token, 'verbs = admin.mint,objects.read') }),
  )
  const { token, expires } = await mine.mint(['verbs = *'], { ttlMs: 40 * 24 * 3_600_000 })
  assert.ok(Date.parse(expires) <= Date.now() + 24 * 3_600_000, 'no longer than the demo token')
  assert.equal(await wallsAnswer('GET /objects/a', token), null)
  assert.equal((await wallsAnswer('PUT /objects/a', token, Buffer.from('x')))?.code, 'CapabilityScope')
  const refused = async (cap: string | undefined, code: string) =>
    assert.rejects(
      tokensOf(new SDK({ baseUrl: node.admin, cap })).mint(['verbs = *']),
      (thrown) => thrown instanceof NodeError && thrown.code === code,
    )
  await refused(minter, 'CapabilityScope')
  await refused(attenuate(node.token, 'verbs = objects.*'), 'CapabilityScope')
  await refused(undefined, 'CapabilityMissing')
  const wrong = await admin('POST /api/v1/tokens/mint', { json: { caveats: ['colour = blue'] } })
  assert.equal(wrong.status, 400, wrong.text)
  const strange = await admin('POST /api/v1/tokens/mint', { json: { caveat: [] } })
  assert.match(strange.json<Problem>().detail, /it may have caveats, third_party, ttl_ms/)
})

test('a revocation ends the token, what was made from it in another language, and what is under way by it', async () => {
  const { token } = await tokens.mint(['verbs = mailbox.*'], hour)
  const narrower = await pythonAttenuate(token, 'verbs = mailbox.recv')
  const events = await openEvents(`${node.url}/v1/mailbox/subscribe?topic=t`, narrower)
  assert.equal(events.status, 200)
  const own = await OapSocket.open(node.url, token)
  own.send(request({ protocol: 0x0201, code: 8, corrId: 1, fields: { topic: 't' } }))
  assert.equal((await own.call({ protocol: 0x0201, code: 3, corrId: 2, fields: { topic: 't' } })).status, 200)
  await tokens.revoke({ token })
  const ended = await events.next()
  assert.equal(ended?.kind, 'refused')
  assert.match(ended?.data ?? '', /"rule":"revoked"/)
  assert.equal(await events.next(), null)
  assert.equal((await own.answer(1)).status, 401)
  assert.equal(await own.closed, 1008)
  for (const each of [token, narrower])
    assert.equal(
      (await wallsAnswer('POST /v1/mailbox/recv', each, Buffer.from('{"topic":"t"}')))?.status,
      401,
    )
})

test('a minting is revoked by its identifier, and the tokens of a tenant by their age', async () => {
  const first = await tokens.mint(['verbs = objects.*'], hour)
  const narrow = attenuate(first.token, 'verbs = objects.read')
  const { by, until } = await tokens.revoke({ identifier: first.identifier })
  assert.deepEqual([by, until], ['identifier', first.expires])
  for (const token of [first.token, narrow])
    assert.equal((await wallsAnswer('GET /objects/a', token))?.code, 'CapabilityInvalid')

  const tenant = 'c0'.repeat(16)
  const old = await tokens.mint([`tenant = ${tenant}`], hour)
  const other = await tokens.mint([`tenant = ${'d0'.repeat(16)}`], hour)
  await tokens.revoke({ tenant })
  const fresh = await tokens.mint([`tenant = ${tenant}`], hour)
  assert.equal((await wallsAnswer('GET /objects/a', old.token))?.code, 'CapabilityInvalid')
  assert.equal(await wallsAnswer('GET /objects/a', other.token), null)
  assert.equal(await wallsAnswer('GET /objects/a', fresh.token), null)
  assert.match((await tokens.inspect(old.token)).stops?.reason ?? '', /tenant c0c0/)
})

test('a third-party caveat is discharged by its issuer, in another language and by the command', async () => {
  const few = tokensOf(new SDK({ baseUrl: small.admin, cap: small.token }))
  const put = async (token: string, name: string) => {
    const reply = await asker(small)(`PUT /objects/${name}`, { token, body: 'x' })
    return reply.status < 300 ? reply.status : reply.json<Problem>().detail
  }
  const { token } = await few.mint(['verbs = objects.*'], { thirdParty: ['user = ann'] })
  assert.match(String(await put(token, 'a')), /needs a discharge/)
  assert.match(
    (await few.simulate(token, { verb: 'objects.write' })).stops?.fix ?? '',
    /https:\/\/auth\.example/,
  )

  const foreign = await pythonDischarge(issuerKey, token, 'path = /objects/ann/*')
  assert.equal(foreign.asked, 'user = ann')
  assert.equal(await put(foreign.token, 'ann/a'), 201)
  assert.match(String(await put(foreign.token, 'bob/a')), /does not cover/)

  const discharging = (holds: string, key = keyFile) =>
    ronctl(['token', 'discharge', '--key-file', key, '--holds', holds], '', token)
  const { stdout: discharge, stderr } = await discharging('user = ann')
  assert.equal(stderr, '')
  const bound = await ronctl(['token', 'bind', discharge], token)
  assert.equal(await put(bound.stdout, 'bob/a'), 201)
  assert.equal(bound.stdout, bind(token, discharge))
  assert.match((await discharging('user = bob')).stderr, /it asks for "user = ann"/)

  const other = await few.mint(['verbs = objects.*'], { thirdParty: ['user = ann'] })
  assert.match(String(await put(bind(other.token, discharge), 'a')), /needs a discharge/)
  const narrower = attenuate(token, 'path = /objects/x')
  assert.match(String(await put(bind(narrower, discharge), 'bob/a')), /does not cover/)
  const [mine] = [bind(token, discharge)]
  await few.revoke({ token })
  assert.match(String(await put(mine, 'bob/a')), /was revoked/)
  await assert.rejects(tokens.mint([], { thirdParty: ['user = ann'] }), /NotEnabled/)
})

test('a full table refuses a further revocation and names the setting', async () => {
  const few = tokensOf(new SDK({ baseUrl: small.admin, cap: small.token }))
  for (const nth of [1, 2]) await few.revoke({ identifier: `other-${nth}` })
  await assert.rejects(
    few.revoke({ identifier: 'other-3' }),
    (thrown) =>
      thrown instanceof NodeError &&
      thrown.status === 507 &&
      /capabilities\.revocations_max/.test(thrown.problem.explain?.fix ?? ''),
  )
  await few.revoke({ identifier: 'other-2' })
})

const predicates = [
  'verbs = objects.read',
  'verbs = objects.*,graph.read',
  'path = /objects/*',
  'path = /objects/a',
  'bytes_max = 4',
  'expires = 2100-01-01T00:00:00Z',
  'expires = 2020-01-01T00:00:00Z',
  'not_before = 2100-01-01T00:00:00Z',
  'ip = 127.0.0.1',
  'ip = 10.0.0.0/8',
  'audience = macronode',
  'audience = other',
  `tenant = ${'e0'.repeat(16)}`,
]
const requests = [
  { what: 'GET /objects/a', verb: 'objects.read', path: '/objects/a', bytes: 0 },
  { what: 'GET /objects/b', verb: 'objects.read', path: '/objects/b', bytes: 0 },
  { what: 'PUT /objects/a', verb: 'objects.write', path: '/objects/a', bytes: 4 },
  { what: 'PUT /objects/a', verb: 'objects.write', path: '/objects/a', bytes: 5 },
  { what: 'GET /graph/degree?node=a', verb: 'graph.read', path: '/graph/degree', bytes: 0 },
] as const

test('what is simulated, by the node and without it, is what the wall answers', async () => {
  const chance = seeded(7)
  const verdicts = new Set<boolean>()
  for (let run = 0; run < 200; run++) {
    const caveats = Array.from({ length: chance.below(6) }, () => chance.of(predicates))
    const { what, verb, path, bytes } = chance.of(requests)
    const token = attenuate(node.token, ...caveats)
    const answer = await wallsAnswer(what, token, bytes === 0 ? undefined : Buffer.alloc(bytes))
    const told = `${what} of ${bytes} bytes under ${caveats.join(', ')}`
    const said = await tokens.simulate(token, { verb, path, bytes, peer: '127.0.0.1' })
    assert.deepEqual(
      [said.allowed, said.stops?.code, said.stops?.caveat],
      [answer === null, answer?.code, answer?.caveat],
      told,
    )
    const here = { peer: '127.0.0.1', at: new Date(), audience: 'macronode' }
    const offline = simulate(token, { verb, path, bytes, ...here })
    assert.deepEqual([offline.allowed, offline.objection?.caveat], [answer === null, answer?.caveat], told)
    verdicts.add(said.allowed)
  }
  assert.equal(verdicts.size, 2)
})
