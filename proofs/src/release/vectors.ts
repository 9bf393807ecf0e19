/**
 * What a release says on the wire and in files, from seeds and nothing else, so that two builds that speak alike make
 * the same bytes: frames, tokens, a config bundle, and the files of an audit log.
 */

import { checkpointText } from '@ron/kernel/tlog/checkpoint'
import { keyFromSeed, noteSigner, verifierKey } from '@ron/kernel/tlog/note'
import { resourcePath, resourcesOf } from '@ron/kernel/tlog/tile'
import { envelopeText } from '@ron/kernel/bundle/dsse'
import { publicOf, signerPem } from '@ron/kernel/bundle/keys'
import { payloadOf, payloadType } from '@ron/kernel/bundle/manifest'
import { signed } from '@ron/kernel/bundle/sign'
import { AuditLog } from '@ron/services/audit/log'
import { entryOf, type Act } from '@ron/services/audit/record'
import { attenuate, mint } from '@ron/transport/macaroon/chain'
import { encodeBundle, encodeToken } from '@ron/transport/macaroon/codec'
import { addThirdParty, bindAll, discharge, readThirdParty } from '@ron/transport/macaroon/third-party'
import { encodeFrame, flag, noTenant, type Frame } from '@ron/transport/oap/frame'
import { encodeMessage } from '@ron/transport/oap/message'
import { nodeHmac } from '@ron/transport/wall/hmac'

/** Fits a whole tile of entries and the beginning of the next. */
const entries = 260
const seed = (byte: number) => new Uint8Array(32).fill(byte)
/** The key that the tokens are made with. */
const rootKey = seed(1)
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

export interface Vectors {
  /** One frame each, in hex. */
  readonly frames: Readonly<Record<string, string>>
  readonly tokens: Readonly<Record<string, string>>
  readonly bundle: { readonly signer: string; readonly envelope: string }
  /** As verifiers take it. */
  readonly auditKey: string
}

export interface Release {
  readonly vectors: Vectors
  /** Path → content: what a web server would serve of the log. */
  readonly audit: ReadonlyMap<string, Uint8Array>
}

export async function produced(): Promise<Release> {
  const { key, files } = auditFiles()
  return {
    vectors: { frames: frames(), tokens: tokens(), bundle: await bundle(), auditKey: key },
    audit: files,
  }
}

function frames(): Vectors['frames'] {
  const none: Frame = {
    flags: flag.REQ,
    code: 0,
    appProtoId: 0,
    tenant: noTenant,
    corrId: 0n,
    cap: new Uint8Array(0),
    payload: new Uint8Array(0),
  }
  const tenant = '0123456789abcdef'.repeat(2)
  const fields = {
    name: 'release/a',
    content_type: 'text/plain',
    n: 7,
    yes: true,
    list: ['x', 1],
    none: null,
  }
  const all: Readonly<Record<string, Frame>> = {
    hello: { ...none, corrId: 1n, payload: text('{"ua":"sdk/0.1"}') },
    request: {
      ...none,
      flags: flag.REQ | flag.START | flag.END,
      code: 2,
      appProtoId: 0x0101,
      tenant,
      corrId: 0x0102030405060708n,
      cap: text(tokens()['narrow'] ?? ''),
      payload: encodeMessage({ fields, body: text('content') }),
    },
    chunk: {
      ...none,
      flags: flag.REQ | flag.ACK_REQ,
      code: 2,
      appProtoId: 0x0101,
      corrId: 2n,
      payload: seed(9),
    },
    answer: {
      ...none,
      flags: flag.RESP,
      code: 201,
      appProtoId: 0x0101,
      tenant,
      corrId: 2n,
      payload: encodeMessage({ fields: { bytes: 7 }, body: new Uint8Array(0) }),
    },
    event: {
      ...none,
      flags: flag.EVENT,
      code: 200,
      appProtoId: 0x0201,
      corrId: 3n,
      payload: encodeMessage({ fields: { msg_id: 'm1', topic: 't' }, body: new Uint8Array(0) }),
    },
    acknowledgement: { ...none, flags: flag.RESP, code: 202, appProtoId: 0x0101, corrId: 2n },
    cancel: { ...none, code: 1, corrId: 4n, payload: text('{"corr_id":"2"}') },
  }
  return Object.fromEntries(
    Object.entries(all).map(([name, frame]) => [name, Buffer.from(encodeFrame(frame)).toString('hex')]),
  )
}

function tokens(): Vectors['tokens'] {
  const whole = mint(nodeHmac, { key: rootKey, identifier: 'v1:release:0', location: null })
  const narrow = [
    'tenant = 0123456789abcdef0123456789abcdef',
    'verbs = objects.*',
    'path = /objects/release/*',
    'expires = 2099-01-01T00:00:00Z',
    'bytes_max = 1024',
    'ip = 127.0.0.0/8',
  ].reduce((token, caveat) => attenuate(nodeHmac, token, caveat), whole)
  const issuer = { location: 'https://issuer.example', key: seed(2) }
  let drawn = 3
  const asking = addThirdParty(nodeHmac, whole, issuer, 'user = ann', (length) =>
    new Uint8Array(length).fill(drawn++),
  )
  const [caveat] = asking.caveats
  if (caveat === undefined) throw new Error('the token has no caveat of a third party')
  const { caveatKey } = readThirdParty(issuer.key, caveat.id)
  const holds = discharge(nodeHmac, caveatKey, caveat.id, issuer.location)
  const discharged = attenuate(nodeHmac, holds, 'expires = 2099-01-01T00:00:00Z')
  return {
    whole: encodeToken(whole),
    narrow: encodeToken(narrow),
    asking: encodeToken(asking),
    discharged: encodeBundle(bindAll(nodeHmac, asking, [discharged])),
  }
}

async function bundle(): Promise<Vectors['bundle']> {
  const ed25519 = keyFromSeed(seed(4))
  const payload = payloadOf({
    version: 3,
    createdMs: Date.UTC(2026, 0, 1),
    expiresMs: Date.UTC(2099, 0, 1),
    minNode: '0.1.0',
    parts: new Map([
      ['quotas.toml', '[quota]\nrequests_per_second = 4321\n'],
      ['policy.json', '{"version":1,"rules":[{"id":"all","when":{"path":"*"},"action":"allow"}]}'],
    ]),
  })
  const envelope = await signed({ payloadType, payload, signatures: [] }, { ed25519, mlDsaSeed: null })
  const signer = signerPem({ ed25519: publicOf(ed25519), mlDsa: null })
  return { signer, envelope: envelopeText(envelope) }
}

function auditFiles(): { readonly key: string; readonly files: Release['audit'] } {
  const log = new AuditLog()
  for (let at = 0; at < entries; at++) {
    log.apply({ number: at + 1, entries: [entryOf(at, log.link, actAt(at))] })
  }
  const signer = noteSigner('release.example/audit', keyFromSeed(seed(5)))
  const head = { origin: 'release.example/audit/00000000', size: log.size, root: log.tree.root() }
  const files = new Map<string, Uint8Array>()
  for (const resource of resourcesOf(log.size)) {
    const bytes =
      resource.kind === 'tile' ? log.tile(resource.tile) : log.bundle(resource.index, resource.width)
    if (bytes !== null) files.set(resourcePath(resource), bytes)
  }
  files.set('checkpoint', text(signer.sign(checkpointText(head))))
  return { key: verifierKey(signer.key), files }
}

function actAt(at: number): Act {
  return {
    at_ms: Date.UTC(2026, 0, 1) + at,
    kind: at % 3 === 0 ? 'denial' : 'act.end',
    outcome: at % 3 === 0 ? 'refused' : 'done',
    subject: `v1:a:${at}`,
    tenant: noTenant,
    trace_id: at.toString(16).padStart(32, '0'),
    verb: 'policy.admin',
    target: 'policy.putBundle',
    ...(at % 3 === 0 ? { code: 'CapabilityScope', rule: 'auth', count: 2 } : {}),
  }
}
