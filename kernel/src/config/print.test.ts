import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parse } from 'smol-toml'
import { printJson, printToml } from './print.ts'
import { profiles } from './profiles.ts'
import { good, read } from './reading.fixture.ts'

const given = {
  toml: '[limits]\nmax_conns = 7\n[zk-verify]\nmotto = "a \\"quoted\\" \\\\ word # ="\n',
  env: { MICRO_READ_TIMEOUT: '250ms', MICRO_UDS_ALLOW_UIDS: '1000' },
  overrides: [{ key: 'node.bind_addr', text: '[::1]:0', flag: '--bind' }],
}

test('the printed configuration is TOML that reads back as the same configuration', () => {
  const text = printToml(read(given))
  assert.deepEqual(good({ toml: text }), good(given))
})

test('whatever is set, what is printed reads back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 65_536 }), fc.integer({ min: 100, max: 600_000 }), (conns, ms) => {
      const set = { env: { MICRO_MAX_CONNS: `${conns}`, MICRO_READ_TIMEOUT: `${ms}ms` } }
      assert.deepEqual(good({ toml: printToml(read(set)) }), good(set))
    }),
  )
})

test('a value that is no default says where it came from', () => {
  const lines = printToml(read(given)).split('\n')
  assert.equal(lines[0], '# micronode: effective configuration (--profile micro)')
  assert.ok(lines.includes('max_conns = 7                    # file /etc/ron.toml'))
  assert.ok(lines.includes('read = "250ms"                   # env MICRO_READ_TIMEOUT'))
  assert.ok(lines.includes('bind_addr = "[::1]:0"            # flag --bind'))
  assert.ok(lines.includes('max_body_bytes = "1MiB"'))
})

test('the JSON has the same values, and the sources beside them', () => {
  const printed = printJson(read(given))
  const { config, sources, ...rest } = printed
  assert.deepEqual(rest, { profile: 'micro', file: '/etc/ron.toml' })
  assert.deepEqual(sorted(parse(printToml(read(given)))), sorted(config))
  assert.deepEqual(sources, {
    'node.bind_addr': 'flag --bind',
    'limits.max_conns': 'file /etc/ron.toml',
    'timeouts.read': 'env MICRO_READ_TIMEOUT',
    'uds.allow_uids': 'env MICRO_UDS_ALLOW_UIDS',
    'zk-verify.motto': 'file /etc/ron.toml',
  })
})

test('a token pasted where a path belongs is not printed', () => {
  const token = `AgEIbG9jYXRpb24${'Q'.repeat(80)}`
  const loaded = read({ env: { MICRO_MACAROON_PATH: token, MICRO_ZK_VERIFY_MOTTO: `say ${token}` } })
  for (const text of [printToml(loaded), JSON.stringify(printJson(loaded))]) {
    assert.doesNotMatch(text, /QQQQ/)
    assert.match(text, /\[redacted\]/)
  }
})

test('a file name with a line break cannot leave its comment', () => {
  const loaded = read({ ...given, profile: profiles.micro })
  const [first] = [...loaded.effective.values()]
  assert.ok(first)
  const source = { kind: 'file', path: '/a\nb = 1' } as const
  const text = printToml({ ...loaded, effective: new Map([['node.bind_addr', { ...first, source }]]) })
  assert.match(text, /# file \/a b = 1$/)
})

/** `section.key=value` for each setting, in one order. */
function sorted(sections: object): string[] {
  const lines = Object.entries(sections).flatMap(([section, values]: [string, unknown]) => {
    return Object.entries(Object(values)).map(([key, value]) => `${section}.${key}=${JSON.stringify(value)}`)
  })
  return lines.toSorted()
}
