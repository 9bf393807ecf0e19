/**
 * Tokens between this project and pymacaroons under a root key that both know, and caveats that somebody else
 * discharges, in whichever implementation: what one makes, the other takes, and neither takes it changed.
 */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { test } from 'node:test'
import { attenuate, bind } from '@ron/app-sdk'
import { decodeBundle, decodeToken, encodeToken } from '@ron/transport/macaroon/codec'
import { addThirdParty } from '@ron/transport/macaroon/third-party'
import { nodeHmac } from '@ron/transport/wall/hmac'
import { asker, type Problem } from './http.ts'
import { startNode } from './node-process.ts'
import {
  pythonAskThirdParty,
  pythonAttenuate,
  pythonBind,
  pythonDischargeOf,
  pythonMintAt,
  pythonVerify,
  type PythonCaveat,
} from './python-macaroon.ts'
import { ronctl } from './ronctl.ts'
import { scratchFile } from './scratch.ts'

const rootKey = 'a1'.repeat(32)
const location = 'https://fleet.example/größe'
/** Minted over there; the node trusts it and what is made of it. */
const anchor = await pythonMintAt(location, rootKey, 'fleet token 你好')
const node = await startNode({
  args: ['--set', 'overlay.tarpit_after=0'],
  env: { MICRO_MACAROON_PATH: scratchFile('fleet.macaroon', `${anchor}\n`) },
})
const ask = asker({ url: node.url, token: anchor })

/** Null when the node takes it, else why it does not. */
async function refused(token: string, path: `/${string}` = '/objects/ann/a'): Promise<string | null> {
  const reply = await ask(`PUT ${path}`, { token, body: 'x' })
  if (reply.status < 300) return null
  const problem = reply.json<Problem>()
  assert.equal(problem.explain?.wall, 'auth', reply.text)
  return problem.detail
}

const [writes, inAnn] = ['verbs = objects.*', 'path = /objects/ann/*']
const caveatOf = (who: string): PythonCaveat => ({
  location: `https://${who}.example`,
  key: randomBytes(32).toString('hex'),
  identifier: `is ${who} there? ✓`,
})
/** The macaroons of a token with discharges, each by itself. */
const apart = (bundle: string) => decodeBundle(bundle).map(encodeToken)
/** With one bit changed at each of its bytes, in turn. */
const flipped = (token: string) => {
  const bytes = Buffer.from(token, 'base64url')
  return Array.from(bytes, (byte, at) => {
    const wrong = Buffer.from(bytes)
    wrong.writeUInt8(byte ^ 1, at)
    return wrong.toString('base64url')
  })
}

test('a token that both sides narrowed in turn is good on both', async () => {
  const byUs = attenuate(anchor, writes)
  const token = attenuate(await pythonAttenuate(byUs, inAnn), 'bytes_max = 5')
  const predicates = [writes, inAnn, 'bytes_max = 5']
  assert.equal(await refused(token), null)
  assert.match((await refused(token, '/objects/bob/a')) ?? '', /does not cover/)
  assert.equal(await pythonVerify(rootKey, predicates, token), true)
  for (const each of predicates) {
    const others = predicates.filter((one) => one !== each)
    await assert.rejects(pythonVerify(rootKey, others, token), /refuses/, each)
  }
  await assert.rejects(pythonVerify('a2'.repeat(32), predicates, token), /Signatures do not match/)
})

test('a token with one bit changed anywhere but in its hint is refused on both', async () => {
  const token = attenuate(anchor, writes, inAnn)
  // The location is not signed: version, type and length come before it.
  const hint = { from: 3, to: 3 + Buffer.byteLength(location) }
  for (const [at, wrong] of flipped(token).entries()) {
    if (at >= hint.from && at < hint.to) continue
    assert.notEqual(await refused(wrong), null, `byte ${at}`)
    await assert.rejects(pythonVerify(rootKey, [writes, inAnn], wrong), /refuses/, `byte ${at}`)
  }
})

test('a caveat that pymacaroons added to a token of the node is discharged there', async () => {
  const caveat = caveatOf('auth')
  const token = await pythonAskThirdParty(attenuate(node.token, writes), caveat)
  assert.match((await refused(token)) ?? '', /needs a discharge/)
  const discharge = await pythonDischargeOf(caveat, inAnn)
  for (const [whose, bound] of [
    ['pymacaroons', await pythonBind(token, discharge)],
    ['the SDK', bind(token, discharge)],
  ] as const) {
    assert.equal(await refused(bound), null, whose)
    assert.match((await refused(bound, '/objects/bob/a')) ?? '', /does not cover/, whose)
  }
  const parts = [token, discharge].map((each) => Buffer.from(each, 'base64url'))
  const unbound = Buffer.concat(parts).toString('base64url')
  assert.match((await refused(unbound)) ?? '', /not bound to this token/)
  const forged = await pythonDischargeOf({ ...caveat, key: '00'.repeat(32) })
  assert.match((await refused(await pythonBind(token, forged))) ?? '', /not of this caveat/)
  const other = await pythonAskThirdParty(attenuate(node.token, writes), caveat)
  const [, elsewhere = ''] = apart(await pythonBind(other, discharge))
  const moved = [token, elsewhere].map((each) => Buffer.from(each, 'base64url'))
  assert.match((await refused(Buffer.concat(moved).toString('base64url'))) ?? '', /not bound to this token/)
})

test('several third parties, one of which asks another, are discharged alike on both sides', async () => {
  const [auth, pay, bank] = [caveatOf('auth'), caveatOf('pay'), caveatOf('bank')]
  const token = await pythonAskThirdParty(await pythonAskThirdParty(anchor, auth), pay)
  const narrow = attenuate(token, writes)
  const discharges = await Promise.all([
    pythonDischargeOf(auth, inAnn),
    pythonAskThirdParty(await pythonDischargeOf(pay), bank),
    pythonDischargeOf(bank, 'bytes_max = 5'),
  ])
  const predicates = [writes, inAnn, 'bytes_max = 5']
  for (const inTurn of [discharges, discharges.toReversed()]) {
    const bound = bind(narrow, ...inTurn)
    assert.equal(bound, await pythonBind(narrow, ...inTurn))
    assert.equal(await refused(bound), null)
    assert.match((await refused(bound, '/objects/bob/a')) ?? '', /does not cover/)
    const [root = '', ...bounds] = apart(bound)
    assert.equal(await pythonVerify(rootKey, predicates, root, ...bounds), true)
    await assert.rejects(pythonVerify(rootKey, [writes, inAnn], root, ...bounds), /refuses/)
  }
  const [auths, pays] = discharges
  assert.match((await refused(bind(narrow, auths, pays))) ?? '', /needs a discharge/)
  const [root = '', ...bounds] = apart(bind(narrow, auths, pays))
  await assert.rejects(pythonVerify(rootKey, predicates, root, ...bounds), /No discharge macaroon found/)
})

test('a caveat of ours, discharged by ronctl and bound by the SDK, holds in pymacaroons', async () => {
  const issuerKey = 'c3'.repeat(32)
  const keyFile = scratchFile('issuer.key', `${issuerKey}\n`)
  chmodSync(keyFile, 0o600)
  const issuer = { location: 'https://auth.example', key: Buffer.from(issuerKey, 'hex') }
  const asking = addThirdParty(nodeHmac, decodeToken(anchor), issuer, 'user = ann', (length) =>
    randomBytes(length),
  )
  const token = attenuate(encodeToken(asking), writes)
  const holds = ['token', 'discharge', '--key-file', keyFile, '--holds', 'user = ann', inAnn]
  const { code, stdout, stderr } = await ronctl(holds, { input: token })
  assert.equal(code, 0, stderr)
  const bound = bind(token, stdout.trim())
  assert.equal(await refused(bound), null)
  const [root = '', discharge = ''] = apart(bound)
  assert.equal(await pythonVerify(rootKey, [writes, inAnn], root, discharge), true)
  await assert.rejects(pythonVerify(rootKey, [writes], root, discharge), /refuses/)
  await assert.rejects(pythonVerify(rootKey, [writes, inAnn], root, stdout.trim()), /do not match/)
})
