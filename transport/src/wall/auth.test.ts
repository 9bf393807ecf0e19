import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Caller } from '@ron/kernel/contract/contract'
import { Refusal, type RefusalCode } from '@ron/kernel/contract/refusals'
import fc from 'fast-check'
import { decodeToken, encode } from '../macaroon/codec.ts'
import { rootSet } from '../macaroon/roots.ts'
import { thirdParty } from '../macaroon/vectors.ts'
import { createAuth, type AuthParts } from './auth.ts'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { nodeHmac } from './hmac.ts'
import { noTenant } from '../oap/frame.ts'
import { Revocations } from './revocations.ts'
import {
  noon,
  requestWith,
  roots,
  tenantA,
  tenantB,
  tokenNamed,
  tokenWith,
  type WallRequest,
} from './request.fixture.ts'

/** Auth with a counter of the HMACs it spent, which is how a test sees the cache work. */
function authWith(change: Partial<AuthParts> = {}) {
  let hmacs = 0
  const clock = new ManualClock(noon)
  const revocations = new Revocations(clock, 4)
  const auth = createAuth({
    hmac: (hmacKey, data) => {
      hmacs++
      return nodeHmac(hmacKey, data)
    },
    roots,
    revocations,
    clock,
    audience: 'node-1',
    cacheBytesMax: 1 << 20,
    cacheTtlMs: 30_000,
    ...change,
  })
  const enter = (request: WallRequest): Caller | Refusal => {
    const recognised = auth.recognise(request)
    if (recognised instanceof Refusal) return recognised
    return auth.enter(recognised, request) ?? recognised.caller
  }
  return { auth, enter, clock, revocations, hmacs: () => hmacs }
}

function refusalOf(request: WallRequest, auth = authWith()): Refusal {
  const refusal = auth.enter(request)
  assert.ok(refusal instanceof Refusal)
  return refusal
}

test('a genuine token names its caller and never itself', () => {
  const token = tokenNamed('v1:main:a\u0000\\b é', 'verbs = objects.read')
  assert.deepEqual(authWith().enter(requestWith({ token })), {
    subject: 'v1:main:a\\x00\\x5cb \\xc3\\xa9',
    tenant: noTenant,
    traceId: '1'.repeat(32),
  })
})

test('a request without a token is refused with a challenge', () => {
  for (const token of [null, '', new Uint8Array()]) {
    const refusal = refusalOf(requestWith({ token }))
    assert.equal(refusal.code, 'CapabilityMissing')
    assert.equal(refusal.more.headers?.['www-authenticate'], 'Bearer realm="ron"')
    assert.match(refusal.more.explain?.fix ?? '', /Authorization: Bearer/)
  }
  assert.match(refusalOf(requestWith({ token: null, surface: 'oap' })).more.explain?.fix ?? '', /START frame/)
})

test('a token that no request could use is refused with 401 and says why', () => {
  const unusable: readonly (readonly [string | Uint8Array, RegExp])[] = [
    ['not a token!', /not base64/],
    ['AAAA', /not a macaroon/],
    [Buffer.from('macaroon:scope=read:ttl=60s'), /not base64/],
    [tokenNamed('v1:other:x'), /no root key/],
    [encode({ ...decodeToken(tokenWith()), signature: new Uint8Array(32) }), /signature does not match/],
    [tokenWith('account = 1'), /caveat "account" is unknown/],
    [tokenWith('verbs = objects.read', 'bytes_max = lots'), /no value for caveat "bytes_max"/],
    [tokenWith('audience = node-2'), /for node node-2, this is node-1/],
    ['A'.repeat(100_000), /at most 5464/],
  ]
  for (const [token, message] of unusable) {
    const refusal = refusalOf(requestWith({ token }))
    assert.equal(refusal.code, 'CapabilityInvalid')
    assert.match(refusal.message, message)
    assert.equal(refusal.more.explain?.wall, 'auth')
    assert.ok(refusal.more.explain?.fix)
    assert.match(refusal.more.headers?.['www-authenticate'] ?? '', /error="invalid_token"/)
  }
  assert.equal(
    refusalOf(requestWith({ token: tokenWith('account = 1') })).more.explain?.caveat,
    'account = 1',
  )
})

test('a genuine third-party caveat is refused and named', () => {
  const auth = authWith({ roots: rootSet(nodeHmac, [{ kind: 'key', kid: 'main', key: thirdParty.key }]) })
  const refusal = refusalOf(requestWith({ token: thirdParty.token }), auth)
  assert.equal(refusal.code, 'CapabilityInvalid')
  assert.equal(refusal.more.explain?.caveat, 'this was how we remind auth of key/pred')
})

test('without roots nothing is genuine', () => {
  const refusal = refusalOf(requestWith(), authWith({ roots: rootSet(nodeHmac, []) }))
  assert.equal(refusal.code, 'CapabilityInvalid')
})

test('a caveat that fails for this request is refused with its text and the smallest fix', () => {
  const failing: readonly (readonly [string, RefusalCode, RegExp])[] = [
    ['verbs = mailbox.*', 'CapabilityScope', /verbs include objects\.read/],
    ['path = /feed/*', 'CapabilityScope', /path under \/feed\/\*/],
    ['ip = 10.0.0.0/8', 'CapabilityScope', /address in the block/],
    [`tenant = ${tenantA}`, 'CapabilityScope', /for tenant a+$/],
    ['bytes_max = 10', 'CapabilityScope', /at most 10 bytes/],
    ['expires = 2026-01-01T12:00:00Z', 'CapabilityExpired', /fresh token/],
    ['not_before = 2026-01-01T12:00:01Z', 'CapabilityExpired', /wait until/],
  ]
  for (const [caveat, code, fix] of failing) {
    const refusal = refusalOf(requestWith({ token: tokenWith(caveat), tenant: tenantB, bodyBytes: 11 }))
    assert.equal(refusal.code, code)
    assert.equal(refusal.more.explain?.wall, 'auth')
    assert.ok(refusal.more.explain?.caveat?.startsWith(caveat.slice(0, 20)), refusal.more.explain?.caveat)
    assert.match(refusal.more.explain?.fix ?? '', fix)
    assert.equal(refusal.more.headers === undefined, code === 'CapabilityScope')
  }
})

test('the tenant is the one of the token, else the one of the request, else none', () => {
  const tenantOf = (predicates: readonly string[], tenant: string) => {
    const caller = authWith().enter(requestWith({ token: tokenWith(...predicates), tenant }))
    return caller instanceof Refusal ? caller.code : caller.tenant
  }
  assert.equal(tenantOf([], noTenant), noTenant)
  assert.equal(tenantOf([], tenantA), tenantA)
  assert.equal(tenantOf([`tenant = ${tenantA}`], noTenant), tenantA)
  assert.equal(tenantOf([`tenant = ${tenantA}`], tenantA), tenantA)
  assert.equal(tenantOf([`tenant = ${tenantA}`], tenantB), 'CapabilityScope')
  assert.equal(tenantOf([`tenant = ${tenantA}`, `tenant = ${tenantA}`], noTenant), tenantA)
  assert.equal(tenantOf([`tenant = ${tenantA}`, `tenant = ${tenantB}`], noTenant), 'CapabilityScope')
})

test('text, raw bytes and raw text are the same token', () => {
  const token = tokenWith('verbs = objects.*')
  for (const form of [token, encode(decodeToken(token)), Buffer.from(token)]) {
    assert.ok(!(authWith().enter(requestWith({ token: form })) instanceof Refusal))
  }
})

test('a verified token is not verified again until its time in the cache is over', () => {
  const auth = authWith()
  const request = requestWith()
  auth.enter(request)
  const once = auth.hmacs()
  assert.ok(once > 0)
  auth.clock.advance(29_999)
  auth.enter({ ...request, token: Buffer.from(String(request.token)) })
  assert.equal(auth.hmacs(), once)
  auth.clock.advance(1)
  auth.enter(request)
  assert.equal(auth.hmacs(), 2 * once)
})

test('a cached token is still checked against every request', () => {
  const auth = authWith()
  const token = tokenWith('verbs = objects.read', 'path = /objects/*', 'expires = 2026-01-01T12:00:10Z')
  assert.ok(!(auth.enter(requestWith({ token })) instanceof Refusal))
  assert.equal(refusalOf(requestWith({ token, path: '/feed/a' }), auth).code, 'CapabilityScope')
  assert.equal(refusalOf(requestWith({ token, verb: 'objects.write' }), auth).code, 'CapabilityScope')
  auth.clock.advance(10_000)
  assert.equal(refusalOf(requestWith({ token }), auth).code, 'CapabilityExpired')
})

test('a token that expires leaves the cache when it does', () => {
  const auth = authWith()
  const token = tokenWith('expires = 2026-01-01T12:00:10Z', 'expires = 2026-01-01T12:00:05Z')
  auth.enter(requestWith({ token }))
  const once = auth.hmacs()
  auth.clock.advance(4_999)
  auth.enter(requestWith({ token }))
  assert.equal(auth.hmacs(), once)
  auth.clock.advance(1)
  auth.enter(requestWith({ token }))
  assert.ok(auth.hmacs() > once)
})

test('a token that is not genuine is never cached', () => {
  const auth = authWith()
  const forged = encode({ ...decodeToken(tokenWith()), signature: new Uint8Array(32) })
  refusalOf(requestWith({ token: forged }), auth)
  const once = auth.hmacs()
  refusalOf(requestWith({ token: forged }), auth)
  assert.equal(auth.hmacs(), 2 * once)
})

test('the cache forgets the token unused for longest when its bytes are spent', () => {
  const tokens = Array.from({ length: 20 }, (_, at) => tokenNamed(`v1:main:${at}`, 'verbs = *'))
  const auth = authWith({ cacheBytesMax: 10_000 })
  const verifiedAgain = (token = '') => {
    const before = auth.hmacs()
    auth.enter(requestWith({ token }))
    return auth.hmacs() > before
  }
  for (const token of tokens) assert.equal(verifiedAgain(token), true)
  assert.equal(verifiedAgain(tokens.at(-1)), false)
  assert.equal(verifiedAgain(tokens.at(0)), true)

  const tiny = authWith({ cacheBytesMax: 1 })
  assert.ok(!(tiny.enter(requestWith()) instanceof Refusal))
  const once = tiny.hmacs()
  tiny.enter(requestWith())
  assert.equal(tiny.hmacs(), 2 * once)
})

test('attenuation never widens: what a narrower token may do, the wider one may do in the same tenant', () => {
  const predicate = fc.constantFrom(
    `tenant = ${tenantA}`,
    `tenant = ${tenantB}`,
    'verbs = objects.read',
    'verbs = objects.*,mailbox.send',
    'verbs = *',
    'path = /objects/*',
    'path = /objects/a',
    'path = /*',
    'expires = 2026-01-01T12:00:00.001Z',
    'expires = 2026-01-01T12:00:00Z',
    'not_before = 2026-01-01T12:00:00Z',
    'bytes_max = 10',
    'bytes_max = 1KiB',
    'ip = 127.0.0.0/8',
    'ip = ::1',
    'audience = node-1',
    'unknown = 1',
  )
  const request = fc.record({
    tenant: fc.constantFrom(noTenant, tenantA, tenantB),
    verb: fc.constantFrom('objects.read', 'objects.write', 'mailbox.send'),
    path: fc.constantFrom('/objects/a', '/objects/b', '/o', '/objects/../o'),
    bodyBytes: fc.constantFrom(0, 10, 11, 1025),
    peer: fc.constantFrom('127.0.0.1', '::ffff:127.0.0.1', '::1', '10.0.0.1', ''),
  })
  let admitted = 0
  fc.assert(
    fc.property(
      fc.array(predicate, { maxLength: 3 }),
      fc.array(predicate, { minLength: 1, maxLength: 2 }),
      request,
      (wide, added, facts) => {
        const auth = authWith()
        const narrow = auth.enter(requestWith({ ...facts, token: tokenWith(...wide, ...added) }))
        if (narrow instanceof Refusal) return
        admitted++
        const wider = auth.enter(requestWith({ ...facts, tenant: narrow.tenant, token: tokenWith(...wide) }))
        assert.deepEqual(wider, narrow)
      },
    ),
    { numRuns: 2_000 },
  )
  assert.ok(admitted > 50, `only ${admitted} requests were admitted`)
})

test('whatever stands where a token belongs, auth answers with a caller or a refusal', () => {
  const auth = authWith()
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.uint8Array({ maxLength: 300 })), (token) => {
      assert.ok(auth.enter(requestWith({ token })) instanceof Refusal)
    }),
  )
})

test('a token in the cache is refused from the moment it is revoked, and its siblings are not', () => {
  const { enter, revocations, hmacs } = authWith()
  const [mine, other] = [tokenWith('verbs = objects.read'), tokenWith('verbs = objects.*')]
  const narrower = tokenWith('verbs = objects.read', 'path = /objects/*')
  for (const token of [mine, other, narrower]) assert.ok('subject' in enter(requestWith({ token })))
  const { identifier, signature } = decodeToken(mine)
  revocations.add({ by: 'signature', signature, identifier: String(identifier) }, Infinity)
  const once = hmacs()
  for (const token of [mine, narrower]) {
    const refusal = enter(requestWith({ token }))
    assert.ok(refusal instanceof Refusal)
    assert.deepEqual([refusal.code, refusal.more.explain?.rule], ['CapabilityInvalid', 'revoked'])
  }
  assert.ok('subject' in enter(requestWith({ token: other })))
  assert.equal(hmacs(), once, 'nothing had to be verified for it')
  const fresh = authWith()
  fresh.revocations.add({ by: 'identifier', identifier: 'v1:main:test' }, Infinity)
  assert.equal(refusalOf(requestWith({ token: other }), fresh).more.explain?.rule, 'revoked')
})

test('what lasts ends when its token is revoked, expires or loses its root, once and with the reason', () => {
  const watched = (...predicates: string[]) => {
    const parts = authWith()
    const recognised = parts.auth.recognise(requestWith({ token: tokenWith(...predicates) }))
    assert.ok(!(recognised instanceof Refusal))
    const ended: string[] = []
    const stop = parts.auth.watch(recognised, ({ code }) => ended.push(code))
    return { ...parts, ended, stop }
  }
  const revoked = watched('verbs = *')
  revoked.revocations.add({ by: 'identifier', identifier: 'v1:main:other' }, Infinity)
  assert.deepEqual(revoked.ended, [])
  revoked.revocations.add({ by: 'identifier', identifier: 'v1:main:test' }, Infinity)
  revoked.revocations.add({ by: 'tenant', tenant: tenantA, mintedBeforeMs: noon }, Infinity)
  assert.deepEqual(revoked.ended, ['CapabilityInvalid'])

  const expiring = watched(`expires = ${new Date(noon + 5_000).toISOString()}`)
  expiring.clock.advance(4_999)
  assert.deepEqual(expiring.ended, [])
  expiring.clock.advance(1)
  assert.deepEqual(expiring.ended, ['CapabilityExpired'])

  const rootless = watched('verbs = *')
  rootless.auth.forget((identifier) => identifier === 'v1:gone:test')
  assert.deepEqual(rootless.ended, [])
  rootless.auth.forget((identifier) => identifier === 'v1:main:test')
  assert.deepEqual(rootless.ended, ['CapabilityInvalid'])

  const left = watched('verbs = *')
  left.stop()
  left.revocations.add({ by: 'identifier', identifier: 'v1:main:test' }, Infinity)
  assert.deepEqual(left.ended, [])
})

test('a token that expires later than any timer can wait is watched all the same', () => {
  const days = 24 * 3_600_000
  const parts = authWith()
  const token = tokenWith(`expires = ${new Date(noon + 60 * days).toISOString()}`)
  const recognised = parts.auth.recognise(requestWith({ token }))
  assert.ok(!(recognised instanceof Refusal))
  const ended: string[] = []
  parts.auth.watch(recognised, ({ code }) => ended.push(code))
  parts.clock.advance(59 * days)
  assert.deepEqual(ended, [])
  parts.clock.advance(days)
  assert.deepEqual(ended, ['CapabilityExpired'])
})

test('a verified token is verified again when its root is gone', () => {
  const { auth, enter, hmacs } = authWith()
  const request = requestWith()
  enter(request)
  const once = hmacs()
  auth.forget(() => false)
  enter(request)
  assert.equal(hmacs(), once)
  auth.forget((identifier) => identifier === 'v1:main:test')
  enter(request)
  assert.ok(hmacs() > once)
})
