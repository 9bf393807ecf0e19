import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import fc from 'fast-check'
import { caveatCodes, createAuth } from './auth.ts'
import { nodeHmac } from './hmac.ts'
import { noon, requestWith, roots, tenantA, tenantB, tokenWith } from './request.fixture.ts'
import { Revocations } from './revocations.ts'
import { noTenant } from '../oap/frame.ts'
import { decodeToken } from '../macaroon/codec.ts'
import { simulate } from '../macaroon/simulate.ts'

const at = (ms: number) => new Date(noon + ms).toISOString()
const predicates = fc.constantFrom(
  'verbs = objects.read,mailbox.*',
  'verbs = *',
  'path = /objects/*',
  'path = /objects/a',
  `expires = ${at(500)}`,
  `not_before = ${at(500)}`,
  'bytes_max = 10',
  'ip = 127.0.0.0/8',
  'audience = node-1',
  'audience = node-2',
  `tenant = ${tenantA}`,
  `tenant = ${tenantB}`,
  'zk = quota-compliance:limit=100',
  'client = cn:app',
  'colour = blue',
)
const requests = fc.record({
  verb: fc.constantFrom('objects.read', 'objects.write', 'mailbox.send'),
  path: fc.constantFrom('/objects/a', '/objects/b', '/feed', '/objects/../feed'),
  bodyBytes: fc.constantFrom(0, 10, 11),
  tenant: fc.constantFrom(noTenant, tenantA, tenantB),
  peer: fc.constantFrom('127.0.0.1', '10.0.0.1', ''),
  client: fc.constantFrom([], ['cn:app'], ['cn:other', 'dns:a.example']),
  afterMs: fc.constantFrom(0, 499, 500, 1_000),
})

test('what is simulated is what the wall answers, and by the same caveat', () => {
  const held = fc.array(predicates, { maxLength: 6 })
  fc.assert(
    fc.property(held, requests, (caveats, { afterMs, ...request }) => {
      const clock = new ManualClock(noon)
      clock.advance(afterMs)
      const revocations = new Revocations(clock, 1)
      const cache = { cacheBytesMax: 65_536, cacheTtlMs: 1_000 }
      const auth = createAuth({ hmac: nodeHmac, roots, revocations, clock, audience: 'node-1', ...cache })
      const token = tokenWith(...caveats)
      const recognised = auth.recognise(requestWith({ token, ...request }))
      const answer = recognised instanceof Refusal ? recognised : auth.enter(recognised, request)

      const { verb, tenant, peer, client, path, bodyBytes } = request
      const claim = { verb, tenant, peer, client, nowMs: noon + afterMs, audience: 'node-1' }
      const found = simulate([decodeToken(token)], { claim, reach: { path, bodyBytes }, proven: false })
      assert.equal(found.allowed, answer === null)
      assert.equal(found.objection?.reason, answer?.message)
      assert.equal(found.objection?.caveat, answer?.more.explain?.caveat)
      if (found.stoppedBy !== null) assert.equal(caveatCodes[found.stoppedBy], answer?.code)
      if (!caveats.includes('colour = blue')) {
        assert.equal(found.caveats.length, caveats.length)
        assert.equal(
          found.caveats.every(({ holds }) => holds),
          found.allowed,
        )
        assert.equal(found.caveats.find(({ holds }) => !holds)?.reason, found.objection?.reason)
      }
    }),
    { numRuns: 500 },
  )
})

test('without a reach, path and size are left out', () => {
  const macaroon = decodeToken(tokenWith('path = /a', 'verbs = objects.read', 'bytes_max = 1'))
  const claim = { verb: 'objects.read', tenant: noTenant, peer: '', nowMs: noon, audience: 'node-1' }
  const found = simulate([macaroon], { claim, reach: null, proven: false })
  assert.deepEqual(
    [found.allowed, found.caveats.map(({ caveat }) => caveat)],
    [true, ['verbs = objects.read']],
  )
})
