import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeHmac } from '../wall/hmac.ts'
import { attenuate, boundTo, mint, trace, verify } from './chain.ts'
import { decodeBundle, decodeToken, dischargesMax, encode, encodeBundle, type Macaroon } from './codec.ts'
import { MacaroonError } from './error.ts'
import { rootSet } from './roots.ts'
import { openBox, sealBox } from './secret-box.ts'
import { addThirdParty, bindAll, discharge, readThirdParty } from './third-party.ts'
import { published, thirdParty } from './vectors.ts'

const key = new Uint8Array(32).fill(1)
const roots = rootSet(nodeHmac, [{ kind: 'key', kid: 'k', key }])
const issuer = { location: 'https://auth.example', key: new Uint8Array(32).fill(2) }
const whole = mint(nodeHmac, { key, identifier: 'v1:k:n', location: null })
let drawn = 0
const random = (length: number) => new Uint8Array(length).fill(++drawn)
const asking = (predicate: string, from = whole) => addThirdParty(nodeHmac, from, issuer, predicate, random)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** What the issuer says to the last caveat of a token. */
function discharged({ caveats }: Macaroon, ...predicates: string[]): Macaroon {
  const id = caveats.at(-1)?.id ?? new Uint8Array()
  const { caveatKey } = readThirdParty(issuer.key, id)
  const whole = discharge(nodeHmac, caveatKey, id, issuer.location)
  return predicates.reduce((from, predicate) => attenuate(nodeHmac, from, predicate), whole)
}

function verdict(macaroon: Macaroon, ...discharges: Macaroon[]): string | null {
  const [token, ...others] = decodeBundle(encodeBundle([macaroon, ...discharges]))
  return verify(nodeHmac, token, roots, others)?.reason ?? null
}

const bound = (token: Macaroon, ...discharges: Macaroon[]) =>
  verdict(token, ...bindAll(nodeHmac, token, discharges).slice(1))

test('the binding of the libmacaroons README has its published signatures', () => {
  const { caveatKey, identifier, predicate, token, discharge, prepared } = published
  const bare = mint(nodeHmac, { key: Buffer.from(caveatKey), identifier, location: 'http://auth.mybank/' })
  const narrow = attenuate(nodeHmac, bare, predicate)
  assert.equal(hex(narrow.signature), discharge)
  assert.equal(hex(boundTo(nodeHmac, Buffer.from(token, 'hex'), narrow.signature)), prepared)
})

test('a caveat that another implementation sealed is discharged by the key it was sealed with, and no other', () => {
  const token = decodeToken(thirdParty.token)
  const foreign = rootSet(nodeHmac, [{ kind: 'key', kid: 'k', key: thirdParty.key }])
  const said = (caveatKey: string) => {
    const { identifier } = published
    const own = mint(nodeHmac, { key: Buffer.from(caveatKey), identifier, location: null })
    return verify(nodeHmac, token, foreign, bindAll(nodeHmac, token, [own]).slice(1))?.reason ?? null
  }
  assert.equal(said(published.caveatKey), null)
  assert.match(said('another key') ?? '', /not of this caveat/)
})

test('NaCl’s secretbox has its published bytes', () => {
  const { key, nonce, text, box } = published.secretBox
  const [k, n, m] = [key, nonce, text].map((each) => Buffer.from(each, 'hex'))
  assert.ok(k && n && m)
  assert.equal(hex(sealBox(k, n, m)).slice(48), box)
  assert.equal(hex(openBox(k, sealBox(k, n, m)) ?? new Uint8Array()), text)
  const broken = sealBox(k, n, m)
  broken[30] = (broken[30] ?? 0) ^ 1
  assert.equal(openBox(k, broken), null)
  assert.equal(openBox(k, new Uint8Array(39)), null)
})

test('what a discharge says has to hold too, and its own third parties have to be asked', () => {
  const token = asking('user = ann')
  const plain = discharged(token, 'verbs = objects.read')
  assert.equal(bound(token, plain), null)
  const traced = trace(nodeHmac, token, roots, bindAll(nodeHmac, token, [plain]).slice(1))
  assert.deepEqual('caveats' in traced && traced.caveats.map(({ id }) => Buffer.from(id).toString()), [
    'verbs = objects.read',
  ])
  const nested = asking('device = 7', discharged(token))
  assert.match(bound(token, nested) ?? '', /needs a discharge/)
  assert.equal(bound(token, nested, discharged(nested)), null)
})

test('where a discharge is from is a hint that no signature covers, and nothing is decided by it', () => {
  const token = asking('user = ann')
  const elsewhere = { ...discharged(token), location: Buffer.from('https://auth.elsewhere') }
  assert.equal(bound(token, elsewhere), null)
  const another = { ...discharged(token), identifier: Buffer.from('another') }
  assert.notEqual(bound(token, another), null)
})

test('a discharge that is missing, not bound, bound to another token, of another caveat or of no use is refused', () => {
  const token = asking('user = ann', attenuate(nodeHmac, whole, 'verbs = *'))
  const own = discharged(token)
  assert.match(bound(token) ?? '', /brings none for it/)
  assert.match(verdict(token, own) ?? '', /not bound to this token/)
  const narrower = attenuate(nodeHmac, token, 'bytes_max = 1')
  assert.match(
    verdict(narrower, ...bindAll(nodeHmac, token, [own]).slice(1)) ?? '',
    /not bound to this token/,
  )
  assert.equal(bound(narrower, own), null)
  const other = asking('user = ann')
  assert.match(bound(token, discharged(other)) ?? '', /brings none for it/)
  assert.match(bound(token, own, discharged(other)) ?? '', /no caveat asks for/)
  assert.match(bound(token, own, own) ?? '', /no caveat asks for/)
  const forged = mint(nodeHmac, { key, identifier: token.caveats.at(-1)?.id ?? '', location: null })
  assert.match(bound(token, forged) ?? '', /not of this caveat/)
})

test('a trusted token vouches for the caveats it covers only as far as the node can open them', () => {
  const anchored = rootSet(nodeHmac, [{ kind: 'anchor', macaroon: asking('user = ann') }])
  const [anchor] = [asking('user = ann')]
  const within = rootSet(nodeHmac, [{ kind: 'anchor', macaroon: anchor }])
  const own = bindAll(nodeHmac, anchor, [discharged(anchor)]).slice(1)
  assert.match(verify(nodeHmac, anchor, within, own)?.reason ?? '', /needs a discharge/)
  const later = asking('user = bob', whole)
  const beyond = rootSet(nodeHmac, [{ kind: 'anchor', macaroon: whole }])
  assert.equal(verify(nodeHmac, later, beyond, bindAll(nodeHmac, later, [discharged(later)]).slice(1)), null)
  assert.notEqual(verify(nodeHmac, later, anchored), null)
})

test('only the key that is shared with the issuer opens what it is asked', () => {
  const id = asking('user = ann').caveats.at(-1)?.id ?? new Uint8Array()
  assert.equal(readThirdParty(issuer.key, id).predicate, 'user = ann')
  for (const [other, asked] of [
    [key, id],
    [issuer.key, id.subarray(1)],
    [issuer.key, sealBox(issuer.key, new Uint8Array(24), new Uint8Array(31))],
  ] as const)
    assert.throws(() => readThirdParty(other, asked), MacaroonError)
})

test('a token brings so many discharges and no more, and whole ones', () => {
  const [small] = [mint(nodeHmac, { key, identifier: 'd', location: null })]
  const most = [small, ...Array.from({ length: dischargesMax }, () => small)]
  assert.equal(decodeBundle(encodeBundle(most)).length, 1 + dischargesMax)
  assert.throws(() => decodeBundle(encodeBundle([...most, small])), /more than 8 discharges/)
  assert.throws(() => decodeToken(encodeBundle([small, small])), /brings discharges along/)
  const bytes = [...encode(small), ...encode(small)]
  for (let length = encode(small).length + 1; length < bytes.length; length++)
    assert.throws(() => decodeBundle(Uint8Array.from(bytes.slice(0, length))), MacaroonError)
  assert.throws(() => decodeBundle(Uint8Array.from([...encode(small), 9])), MacaroonError)
})
