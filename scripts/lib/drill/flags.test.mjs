// @ts-check
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hows, readFlags } from './flags.mjs'

const env = { RON_ADMIN: 'http://a', RON_CAP: 't' }

test('a name alone is enough where the environment says where and with what', () => {
  assert.deepEqual(readFlags(['storage'], env), {
    service: 'storage',
    hows,
    everyMs: 2_000,
    forMs: 60_000,
    target: { admin: 'http://a', url: null, token: 't' },
  })
})

test('flags win over the environment, and times have units', () => {
  const flags = [
    '--how',
    'hang',
    '--every',
    '1.5s',
    '--for',
    '2m',
    '--admin',
    'http://b',
    '--url',
    'http://c',
  ]
  assert.deepEqual(readFlags(['index', ...flags, '--token', 'u'], env), {
    service: 'index',
    hows: ['hang'],
    everyMs: 1_500,
    forMs: 120_000,
    target: { admin: 'http://b', url: 'http://c', token: 'u' },
  })
})

for (const [argv, complaint] of /** @type {const} */ ([
  [[], /NAME is missing/],
  [['a', 'b'], /one service at a time/],
  [['a', '--how', 'fry'], /--how fry: it is one of throw, exit, oom, hang/],
  [['a', '--every', '2'], /--every 2: write a time/],
  [['a', '--for', '0s'], /--for 0s: write a time/],
  [['a', '--nonsense'], /--nonsense/],
])) {
  test(`the complaint about ${JSON.stringify(argv)} says what is wrong`, () => {
    const read = readFlags(argv, env)
    assert('complaint' in read)
    assert.match(read.complaint, complaint)
  })
}

test('without an address or a token it says which flag or variable is missing', () => {
  const complaints = [{ RON_CAP: 't' }, { RON_ADMIN: 'http://a' }].map((poor) => readFlags(['a'], poor))
  assert.match(JSON.stringify(complaints[0]), /--admin is needed, or RON_ADMIN/)
  assert.match(JSON.stringify(complaints[1]), /--token is needed, or RON_CAP/)
})
