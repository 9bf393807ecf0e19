import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  contextsMax,
  formatContexts,
  nameObjection,
  noContexts,
  noTls,
  parseContexts,
  shown,
  withContext,
  withoutContext,
  type Context,
} from './contexts.ts'
import { contextsPath, inContext, type ContextWorld } from './in-context.ts'

const one: Context = {
  admin: 'http://a:1',
  url: null,
  token: { kind: 'value', value: 'secret' },
  tls: noTls,
}
const tls = { ca: '/ca', cert: '/cert', key: '/key' }
const file = (text: string | null, environment = {}): ContextWorld => ({
  environment: { HOME: '/home/ann', ...environment },
  fetch: () => assert.fail('nobody is asked'),
  files: {
    read: async () => null,
    readPrivate: async (path) => {
      if (path.endsWith('contexts.json')) return text === null ? null : Buffer.from(text)
      return path === '/t' ? Buffer.from(' from-file\n') : null
    },
    writePrivate: async () => assert.fail('nothing is written'),
  },
})
const written = formatContexts({
  current: 'one',
  all: new Map<string, Context>([
    ['one', one],
    ['two', { admin: 'http://b:2', url: 'http://b:1', token: { kind: 'file', path: '/t' }, tls: noTls }],
    [
      'three',
      { admin: 'http://c:3', url: null, token: { kind: 'environment', variable: 'CAP3' }, tls: noTls },
    ],
    ['lost', { admin: 'http://d:4', url: null, token: { kind: 'file', path: '/gone' }, tls: noTls }],
    ['sealed', { admin: 'https://e:5', url: null, token: { kind: 'none' }, tls }],
  ]),
})

test('contexts are read as they were written', () => {
  assert.equal(formatContexts(parseContexts(written)), written)
})

test('a file that is none is refused by its member, and nothing of it is quoted', () => {
  for (const [text, wrong] of [
    ['{"secret', /the file is no JSON$/],
    ['[]', /no JSON object/],
    ['{"contexts":{},"more":1}', /a member "more"; it may have current, contexts/],
    ['{"contexts":{"a b":{"admin":"x"}}}', /a context's name/],
    ['{"contexts":{"a":{}}}', /has no admin address/],
    ['{"contexts":{"a":{"admin":"x","token":"t","token_env":"E"}}}', /several of/],
    ['{"contexts":{"a":{"admin":"x","password":"t"}}}', /a member "password"/],
    ['{"contexts":{"a":{"admin":7}}}', /admin of the context a is a text/],
    ['{"contexts":{"a":{"admin":"https://x","cert":"c"}}}', /cert and key belong together/],
    [
      '{"contexts":{"a":{"admin":"http://x","ca":"c"}}}',
      /ca, cert and key are for https, and http:\/\/x is not/,
    ],
  ] as const) {
    assert.throws(() => parseContexts(text), wrong, text)
  }
})

test('files for https that are not there are named, and nobody is asked without them', async () => {
  const sought = await inContext(['--context', 'sealed'], file(written))
  assert.deepEqual(sought, {
    ok: false,
    named: true,
    because: '/ca is missing, which this context needs for https',
  })
  const elsewhere = await inContext(['--context', 'sealed', '--admin', 'https://f:6'], file(written))
  assert.ok(elsewhere.ok)
})

test('what is shown says where a token comes from, and not the token', () => {
  assert.doesNotMatch(JSON.stringify(shown('one', one, 'one')), /secret/)
})

test('there are so many contexts and no more; another takes the place of one of its name', () => {
  let contexts = noContexts
  for (let n = 0; n < contextsMax; n++) contexts = withContext(contexts, `c${n}`, one)
  assert.throws(() => withContext(contexts, 'another', one), /the most there may be/)
  assert.equal(withContext(contexts, 'c0', one).all.size, contextsMax)
})

test('the one in use that is removed is in use no more', () => {
  const contexts = { current: 'one', all: new Map([['one', one]]) }
  assert.deepEqual(withoutContext(contexts, 'one'), noContexts)
})

test('a name is a word that a shell leaves alone', () => {
  for (const name of ['a', 'prod-eu.1', 'A_b']) assert.equal(nameObjection(name), null, name)
  for (const name of ['', '-x', 'a b', 'a/b', 'ü', 'a'.repeat(65)])
    assert.notEqual(nameObjection(name), null, name)
})

test('the file is where the system keeps such things', () => {
  assert.equal(contextsPath({ XDG_CONFIG_HOME: '/x', HOME: '/h' }), '/x/ronctl/contexts.json')
  assert.equal(contextsPath({ XDG_CONFIG_HOME: 'rel', HOME: '/h' }), '/h/.config/ronctl/contexts.json')
  assert.equal(contextsPath({}), null)
})

test('a command runs in the context that is named, else in the one in use', async () => {
  const within = async (line: string, environment = {}) => {
    const sought = await inContext(line.split(' '), file(written, environment))
    assert(sought.ok, JSON.stringify(sought))
    return [
      sought.context,
      sought.environment['RON_ADMIN'],
      sought.environment['RON_URL'],
      sought.contextToken,
    ]
  }
  assert.deepEqual(await within('status'), ['one', 'http://a:1', undefined, 'secret'])
  assert.deepEqual(await within('status', { RON_CONTEXT: 'two' }), [
    'two',
    'http://b:2',
    'http://b:1',
    'from-file',
  ])
  assert.deepEqual(await within('status --context three', { RON_CONTEXT: 'two', CAP3: 'c' }), [
    'three',
    'http://c:3',
    undefined,
    'c',
  ])
  assert.deepEqual(await within('status --context=three'), ['three', 'http://c:3', undefined, null])
})

test('what is said elsewhere wins, and the token goes nowhere but to its own address', async () => {
  const token = async (line: string, environment = {}) => {
    const sought = await inContext(line.split(' '), file(written, environment))
    return sought.ok ? sought.contextToken : sought.because
  }
  assert.equal(await token('status --admin http://evil:1'), null)
  assert.equal(await token('status --admin=evil:1'), null)
  assert.equal(await token('status', { RON_ADMIN: 'http://evil:1' }), null)
  assert.equal(await token('status --admin a:1'), 'secret')
  assert.equal(await token('status', { RON_CAP: 'mine' }), null)
  assert.equal(await token('bench', { RON_URL: 'http://evil:1' }), null)
  assert.equal(await token('bench', { RON_URL: 'http://a:80' }), 'secret')
})

test('a context that cannot be had says why, and whether it was asked for', async () => {
  for (const [line, text, named, because] of [
    ['status --context nowhere', written, true, /there is no context nowhere; ronctl context list/],
    ['status --context lost', written, true, /\/gone is missing/],
    ['status', '{', false, /contexts\.json cannot be used: the file is no JSON/],
  ] as const) {
    const sought = await inContext(line.split(' '), file(text))
    assert(!sought.ok, line)
    assert.equal(sought.named, named, line)
    assert.match(sought.because, because)
  }
  const none = await inContext(['status'], file(null))
  assert(none.ok && none.context === null)
})
