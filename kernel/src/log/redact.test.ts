import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { isSecretName, REDACTED, redactText, SEARCHED_LENGTH_MAX } from './redact.ts'
import { macaroonBytes, tokens } from './secrets.fixture.ts'

test('a macaroon is hidden wherever it stands in a text', () => {
  fc.assert(
    fc.property(fc.string(), tokens, fc.string(), (before, token, after) => {
      const clean = redactText(before + token + after)
      assert.ok(!clean.includes(token), clean)
      assert.ok(!clean.includes(token.slice(0, 24)), clean)
    }),
  )
})

test('two tokens in a row are both hidden', () => {
  const token = Buffer.from(macaroonBytes(1)).toString('base64url')
  for (const glue of ['', ' ', ',', '.', '==', '\n']) {
    assert.doesNotMatch(redactText(`a ${token}${glue}${token} b`), /Ag[EI][A-Za-z0-9]/, JSON.stringify(glue))
  }
})

test('what introduces a credential stays, and the credential goes, however short', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['Authorization: Bearer hunter2', 'Authorization: Bearer [redacted]'],
    ['got "Bearer abcdefghijklmnopqrstu" here', 'got "Bearer [redacted]" here'],
    ['GET /o/x?cap=hunter2&limit=5', 'GET /o/x?cap=[redacted]&limit=5'],
    ['{"token": "hunter2", "a": 1}', '{"token": "[redacted]", "a": 1}'],
    ['password=hunter2;', 'password=[redacted];'],
    ['root_key: hunter2', 'root_key: [redacted]'],
    ['{"v":2,"s64":"aGVsbG8"}', '{"v":2,"s64":"[redacted]"}'],
    ['-----BEGIN PRIVATE KEY-----\nMIIEv\n-----END PRIVATE KEY-----', '[redacted]'],
    ['-----BEGIN EC PRIVATE KEY-----\nMIIEv', '[redacted]'],
  ]
  for (const [text, clean] of cases) {
    assert.equal(redactText(text), clean)
  }
})

test('ordinary text is left alone', () => {
  const ordinary = [
    'stored 5 objects in 12 ms',
    'GET /o/b3:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef 200',
    'MICRO_BIND_ADDR (node.bind_addr) is "8080", not host:port',
    'the macaroon file is missing; basic checks passed, a bearer was asked for one',
    'decompress_cap: 10, capability_id=cap-1 token_count=3',
    'Ages ago, AgEs',
    'traceparent 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  ]
  for (const text of ordinary) assert.equal(redactText(text), text)
})

test('a text too long to search loses its tail, and with it a token cut in two', () => {
  const token = `AgEI${'Q'.repeat(100)}`
  for (let shift = 0; shift <= token.length + 1; shift += 1) {
    const text = 'x '.repeat(SEARCHED_LENGTH_MAX).slice(0, SEARCHED_LENGTH_MAX - shift) + token
    assert.doesNotMatch(redactText(text), /AgE|QQ/)
  }
})

test('hostile text is searched in bounded time', () => {
  const pieces = [
    'eyJ',
    'AgE',
    '0201',
    'MDAx',
    'token=',
    'bearer ',
    '-----BEGIN ',
    'A',
    ' ',
    '"',
    '-----BEGIN PRIVATE KEY-----',
  ]
  for (const piece of pieces) {
    const text = piece.repeat(1_000_000 / piece.length)
    assert.ok(redactText(text).length <= SEARCHED_LENGTH_MAX * 2)
  }
})

test('a field is known to hold a secret by the last word of its name', () => {
  for (const name of [
    'token',
    'Authorization',
    'cap',
    'secret',
    'key',
    'rootKey',
    'API-KEY',
    'x_token',
    'set-cookie',
    'key_',
  ]) {
    assert.equal(isSecretName(name), true, name)
  }
  for (const name of [
    'capability_id',
    'keyCount',
    'token_len',
    'monkey',
    'tokenise',
    'msg',
    '',
    '_',
    'path',
  ]) {
    assert.equal(isSecretName(name), false, name)
  }
})

test('the replacement is not itself taken for a secret', () => {
  const once = redactText(`token=abc ${'AgEI'.padEnd(60, 'x')}`)
  assert.equal(redactText(once), once)
  assert.ok(once.includes(REDACTED))
})
