import assert from 'node:assert/strict'
import test from 'node:test'
import { profiles } from './profiles.ts'
import { complaints, read } from './reading.fixture.ts'
import { unsupported } from './unsupported.ts'

const persistent = '[persistence]\nenabled = true\n'

function breach(given: Parameters<typeof read>[0], kind: string): string[] {
  const loaded = read(given)
  return loaded.ok ? [] : loaded.problems.filter((one) => one.kind === kind).map(({ message }) => message)
}

test('amnesia and persistence exclude each other, whichever source asks', () => {
  const sentence = (name: string) =>
    `${name}=1 and persistence.enabled=true are mutually exclusive; set ${name}=0 to keep data on disk`
  assert.deepEqual(breach({ toml: persistent }, 'conflict'), [sentence('MICRO_AMNESIA')])
  assert.deepEqual(breach({ toml: persistent, env: { MICRO_AMNESIA: '0' } }, 'conflict'), [])
  const macro = { profile: profiles.macro, toml: persistent }
  assert.deepEqual(breach(macro, 'conflict'), [])
  assert.deepEqual(breach({ ...macro, env: { MACRO_AMNESIA: 'true' } }, 'conflict'), [
    sentence('MACRO_AMNESIA'),
  ])
})

test('persistence without amnesia is refused while this build has no durable engine', () => {
  assert.deepEqual(complaints({ toml: persistent, env: { MICRO_AMNESIA: '0' } }), [
    'this build keeps data in RAM only and would lose it at a restart; set persistence.enabled=false',
  ])
})

test('a problem between settings names the source of the one to change', () => {
  const loaded = read({ toml: persistent })
  const file = { kind: 'file', path: '/etc/ron.toml' }
  const sources = loaded.ok ? [] : loaded.problems.map(({ source }) => source)
  assert.deepEqual(sources, [file, file])
})

test('a name that the registry would refuse refuses the start', () => {
  for (const name of ['two words', 'a/b', 'x'.repeat(64)]) {
    const [message = '', ...others] = breach({ env: { MICRO_IDENTITY_NAME: name } }, 'conflict')
    assert.match(message, /^MICRO_IDENTITY_NAME=".*" is no name for a node; use labels/)
    assert.deepEqual(others, [])
  }
  for (const name of ['', 'node-1.example.com', 'Café.Example'])
    assert.deepEqual(breach({ env: { MICRO_IDENTITY_NAME: name } }, 'conflict'), [])
})

test('TLS without its files names each that is missing', () => {
  const certificate = 'tls.enabled=true needs a PEM certificate chain; set MICRO_TLS_CERT_PATH to its path'
  const key = 'tls.enabled=true needs its PEM private key; set MICRO_TLS_KEY_PATH to its path'
  const env = { MICRO_TLS_ENABLED: '1' }
  assert.deepEqual(breach({ env }, 'missing'), [certificate, key])
  assert.deepEqual(breach({ env: { ...env, MICRO_TLS_CERT_PATH: '/c' } }, 'missing'), [key])
  assert.deepEqual(breach({ env: { ...env, MICRO_TLS_KEY_PATH: '/k' } }, 'missing'), [certificate])
  assert.deepEqual(
    breach({ env: { ...env, MICRO_TLS_CERT_PATH: '/c', MICRO_TLS_KEY_PATH: '/k' } }, 'missing'),
    [],
  )
  assert.deepEqual(complaints({ env: { MICRO_TLS_CERT_PATH: '/c' } }), [])
})

test('to require sessions is to open them', () => {
  const required = { MICRO_PQ_REQUIRED: '1' }
  const [message] = breach({ env: required }, 'conflict')
  assert.match(
    message ?? '',
    /MICRO_PQ_REQUIRED=1 asks for sessions that are not opened; set MICRO_PQ_MODE=hybrid/,
  )
  assert.deepEqual(complaints({ env: { ...required, MICRO_PQ_MODE: 'hybrid' } }), [])
  assert.deepEqual(complaints({ env: { MICRO_PQ_MODE: 'hybrid' } }), [])
})

test('a Unix socket is of one surface, and of one node', () => {
  const env = { MICRO_UDS_PATH: '/run/a', MICRO_UDS_ADMIN_PATH: '/run/a' }
  assert.match(
    breach({ env }, 'conflict').join(),
    /MICRO_UDS_PATH and MICRO_UDS_ADMIN_PATH name the same socket/,
  )
  const shared = { MICRO_HAND_OVER: '1', MICRO_BIND_ADDR: '127.0.0.1:8080', MICRO_UDS_ADMIN_PATH: '/run/a' }
  assert.match(
    breach({ env: shared }, 'conflict').join(),
    /the socket of MICRO_UDS_ADMIN_PATH belongs to one/,
  )
  assert.deepEqual(breach({ env: { ...env, MICRO_UDS_ADMIN_PATH: '/run/b' } }, 'conflict'), [])
})

test('what this build does not do yet refuses the start', () => {
  assert.deepEqual(breach({}, 'unsupported'), [])
})

test('every unsupported setting is one the node knows, and its message names the fix', () => {
  const { catalogue } = read({})
  for (const { key, message } of unsupported) {
    assert.ok(catalogue.byKey.has(key), key)
    assert.ok(message.includes(key), message)
  }
})

test('a port that the system picks cannot be handed over', () => {
  const handOver = (bind: string) =>
    breach({ env: { MICRO_HAND_OVER: '1', MICRO_BIND_ADDR: bind } }, 'conflict')
  assert.deepEqual(handOver('127.0.0.1:0'), [
    'MICRO_HAND_OVER=1 shares a port that both nodes know, and MICRO_BIND_ADDR=127.0.0.1:0 takes any free one; ' +
      'give it a port',
  ])
  assert.deepEqual(handOver('127.0.0.1:80'), [])
})

test('a folder that one process has goes along only over a socket', () => {
  const env = { MACRO_AUDIT_DIRECTORY: '/a', MACRO_IDENTITY_KEY_PATH: '/k', MACRO_HAND_OVER: '1' }
  const conflicts = (more: object) =>
    breach({ profile: profiles.macro, env: { ...env, MACRO_BIND_ADDR: '127.0.0.1:80', ...more } }, 'conflict')
  assert.deepEqual(conflicts({}), [
    'MACRO_HAND_OVER=1 lets two nodes run at once, and MACRO_AUDIT_DIRECTORY belongs to one; ' +
      'set MACRO_HAND_OVER_SOCKET as well, over which they hand it on',
  ])
  assert.deepEqual(conflicts({ MACRO_HAND_OVER_SOCKET: '/s', MACRO_HAND_OVER_KEY_PATH: '/h' }), [])
})

test('the two surfaces may not share a port', () => {
  const both = (bind: string, metrics: string) =>
    breach({ env: { MICRO_BIND_ADDR: bind, MICRO_METRICS_ADDR: metrics } }, 'conflict')
  assert.deepEqual(both('127.0.0.1:80', '127.0.0.1:80'), [
    'MICRO_BIND_ADDR=127.0.0.1:80 and MICRO_METRICS_ADDR=127.0.0.1:80 would listen on the same port; ' +
      'give one of them another port, or 0 for a free one',
  ])
  assert.equal(both('0.0.0.0:80', '127.0.0.1:80').length, 1)
  assert.equal(both('LOCALHOST:80', 'localhost:80').length, 1)
  assert.deepEqual(both('127.0.0.1:80', '127.0.0.1:81'), [])
  assert.deepEqual(both('127.0.0.1:80', '10.0.0.1:80'), [])
  assert.deepEqual(both('127.0.0.1:0', '127.0.0.1:0'), [])
})

test('what names a log has no space and no plus, since it names the key of checkpoints too', () => {
  for (const origin of ['', 'two words', 'a+b', 'x'.repeat(201)]) {
    const [message = '', ...others] = breach({ env: { MICRO_IDENTITY_ORIGIN: origin } }, 'conflict')
    assert.match(message, /^MICRO_IDENTITY_ORIGIN=".*" cannot name a log; use 1 to 200 characters/)
    assert.deepEqual(others, [])
  }
  assert.deepEqual(breach({ env: { MICRO_IDENTITY_ORIGIN: 'example.com/node-1/audit' } }, 'conflict'), [])
})
