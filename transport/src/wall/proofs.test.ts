import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '@ron/kernel/contract/refusals'
import { presentationText } from '../macaroon/presentation.ts'
import { House } from './house.fixture.ts'
import type { ProofObjection } from './proofs.ts'
import { enterWall, requestWith, tenantA, tokenWith, type WallRequest } from './request.fixture.ts'
import type { Place } from './request.ts'

const caveat = 'zk = capability-attributes:group_root=0x2a'
const token = tokenWith('verbs = objects.read,zk.nonce', caveat)
const nonce = '00112233445566778899aabbccddeeff'
const proof = { proof: new Uint8Array(192).fill(1), inputs: [{ input: 'expiry', value: '1900000000' }] }
const presentation = presentationText({ nonce, proofs: [proof] })
const asking = (change: Partial<WallRequest> = {}) => requestWith({ token, presentation, ...change })

function refusalOf(answer: Place | Refusal): Refusal {
  assert.ok(answer instanceof Refusal)
  return answer
}

/** Nothing that a request changes has been touched. */
function untouched({ policyAsked, admissionAsked, accounts }: House, tenant: string): void {
  assert.deepEqual([policyAsked, admissionAsked], [[], []])
  const { requests, refused, inFlight } = accounts.of(tenant)
  assert.deepEqual([requests, refused, inFlight], [0, 0, 0])
}

test('until the proofs are verified nothing is asked of policy, quota or admission', async () => {
  const house = new House()
  let verdict: (objection: ProofObjection | null) => void = () => {}
  house.prove = () => new Promise((resolve) => (verdict = resolve))
  const entering = house.enter(asking({ tenant: tenantA }))
  await new Promise(setImmediate)
  assert.deepEqual(house.proofsAsked, [
    {
      subject: 'v1:main:test',
      tenant: tenantA,
      traceId: '1'.repeat(32),
      nonce,
      proofs: [
        {
          statement: { circuit: 'capability-attributes', pins: [{ input: 'group_root', value: '0x2a' }] },
          ...proof,
        },
      ],
    },
  ])
  untouched(house, tenantA)
  verdict(null)
  assert.ok(!((await entering) instanceof Refusal))
  assert.equal(house.policyAsked.length, 1)
  assert.equal(house.admissionAsked.length, 1)
})

test('a proof that does not hold is refused, explained, counted and evidence, and has changed nothing', async () => {
  const house = new House()
  house.prove = async () => ({ at: 0, rule: 'equation', reason: 'it shows nothing', fix: 'prove it' })
  const { code, message, more } = refusalOf(await house.enter(asking({ tenant: tenantA })))
  assert.deepEqual([code, message], ['ProofRequired', 'it shows nothing'])
  assert.deepEqual(more.explain, { wall: 'auth', rule: 'zk-equation', caveat, fix: 'prove it' })
  assert.match(more.headers?.['www-authenticate'] ?? '', /^Bearer/)
  assert.deepEqual([house.rejected, house.denied], [['proof'], ['127.0.0.1']])
  untouched(house, tenantA)
})

test('a request without proofs is told how to get there, and nobody verifies anything', async () => {
  const house = new House()
  const { code, more } = refusalOf(await house.enter(asking({ presentation: null })))
  assert.deepEqual([code, more.explain?.rule, more.explain?.caveat], ['ProofRequired', 'zk-missing', caveat])
  assert.match(more.explain?.fix ?? '', /POST \/zk\/nonces/)
  assert.deepEqual(house.proofsAsked, [])
})

test('the reach of a token is looked at before its proofs', async () => {
  const house = new House()
  const narrow = tokenWith('path = /objects/b', caveat)
  assert.equal(refusalOf(await house.enter(asking({ token: narrow }))).code, 'CapabilityScope')
  assert.deepEqual(house.proofsAsked, [])
})

test('every further zk caveat asks for a further proof', async () => {
  const house = new House()
  const twice = tokenWith(caveat, caveat)
  const one = refusalOf(await house.enter(asking({ token: twice })))
  assert.deepEqual([one.code, one.more.explain?.rule], ['ProofRequired', 'zk-count'])
  const both = presentationText({ nonce, proofs: [proof, proof] })
  assert.ok(!((await house.enter(asking({ token: twice, presentation: both }))) instanceof Refusal))
  const five = tokenWith(caveat, caveat, caveat, caveat, caveat)
  assert.equal(refusalOf(await house.enter(asking({ token: five }))).code, 'CapabilityInvalid')
})

test('what is no presentation, or nobody asked for, is refused before anybody verifies it', async () => {
  const house = new House()
  const malformed = refusalOf(await house.enter(asking({ presentation: 'CANARY' })))
  assert.deepEqual([malformed.code, malformed.more.explain?.rule], ['ProofRequired', 'zk-malformed'])
  assert.doesNotMatch(malformed.message, /CANARY/)
  const unasked = refusalOf(await house.enter(requestWith({ presentation })))
  assert.deepEqual([unasked.code, unasked.more.explain?.rule], ['BadRequest', 'zk-unasked'])
  assert.deepEqual(house.proofsAsked, [])
})

test('a nonce is had without a proof, and nothing else is', async () => {
  const house = new House()
  const issuing = { verb: 'zk.nonce', service: 'zk-verify', operation: 'nonce', presentation: null }
  assert.ok(!((await house.enter(asking(issuing))) instanceof Refusal))
  assert.equal(refusalOf(await house.enter(asking({ presentation: null }))).code, 'ProofRequired')
})

test('where nobody can verify, nobody enters, and that is no evidence', async () => {
  const down = new House()
  down.prove = async () => {
    throw new Refusal('Unavailable', 'zk-verify is restarting')
  }
  const { code, more } = refusalOf(await down.enter(asking({ tenant: tenantA })))
  assert.deepEqual([code, more.explain?.rule], ['Unavailable', 'zk-outage-denies'])
  assert.deepEqual([down.rejected, down.denied], [['proof'], []])
  untouched(down, tenantA)

  const silent = new House()
  silent.prove = () => new Promise(() => {})
  const wall = silent.wallWith()
  const waiting = enterWall(wall, asking())
  const full = refusalOf(await enterWall(wall, asking()))
  assert.deepEqual([full.code, full.more.explain?.rule], ['Busy', 'zk-pending-max'])
  silent.clock.advance(250)
  assert.equal(refusalOf(await waiting).code, 'Unavailable')
  assert.deepEqual([silent.rejected, silent.denied], [['backpressure', 'proof'], []])
})

test('a body that grows is not proven again', async () => {
  const house = new House()
  const place = await house.enter(asking())
  assert.ok(!(place instanceof Refusal))
  assert.equal(await place.grow(10), null)
  assert.equal(house.proofsAsked.length, 1)
})
