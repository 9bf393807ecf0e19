import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { section, text } from '../contract/settings.ts'
import { loadConfig } from './load.ts'
import { profiles } from './profiles.ts'
import { complaints, good, read } from './reading.fixture.ts'

test('without any source every setting has its default', () => {
  const config = good({})
  assert.equal(config.profile.name, 'micronode')
  assert.equal(config.node.bindAddr, '127.0.0.1:0')
  assert.equal(config.node.amnesia, true)
  assert.equal(config.limits.maxBodyBytes, 1_048_576)
  assert.equal(config.timeouts.idleMs, 60_000)
  assert.deepEqual(config.uds, { path: '', adminPath: '', allowUids: [] })
  assert.deepEqual(config.services['storage'], { bytesMax: 512 * 2 ** 20 })
  assert.deepEqual(config.services['zk-verify'], { batchMax: 32, waitMs: 5, motto: '' })
})

test('the profiles differ only where their data says so', () => {
  const micro = good({ profile: profiles.micro })
  const macro = good({ profile: profiles.macro })
  assert.deepEqual([micro.node.audit, macro.node.audit, macro.node.amnesia], [false, true, false])
  const shared = { profile: null, node: null, quota: null }
  assert.deepEqual({ ...micro, ...shared }, { ...macro, ...shared })
  const own = {
    tenantRequestsPerSecond: 10_000,
    tenantBytesPerSecond: 64 * 2 ** 20,
    tenantCpuPercent: 50,
    tenantInFlight: 256,
    tenantConnections: 256,
  }
  assert.deepEqual({ ...micro.quota, ...own }, macro.quota)
  assert.deepEqual(
    { ...micro.node, amnesia: null, audit: null },
    { ...macro.node, amnesia: null, audit: null },
  )
})

test('a file sets the node and its services', () => {
  const config = good({
    toml: `
      [limits]
      max_body_bytes = "512KiB"
      max_conns = 7
      [timeouts]
      read = "250ms"
      [uds]
      allow_uids = [0, 4294967295]
      [zk-verify]
      batch_max = 8
      wait = "2ms"
      motto = "in proof we trust"
    `,
  })
  assert.equal(config.limits.maxBodyBytes, 524_288)
  assert.equal(config.limits.maxConns, 7)
  assert.equal(config.timeouts.readMs, 250)
  assert.deepEqual(config.uds.allowUids, [0, 4_294_967_295])
  assert.deepEqual(config.services['zk-verify'], { batchMax: 8, waitMs: 2, motto: 'in proof we trust' })
})

test('the file that the environment names is read, and --config wins over it', () => {
  const read: string[] = []
  const load = (configPath: string | null) =>
    loadConfig({
      profile: profiles.macro,
      sections: {},
      sources: {
        env: { MACRO_CONFIG: '/env.toml', MICRO_CONFIG: '/other.toml' },
        configPath,
        overrides: [],
        readFile: (path) => {
          read.push(path)
          return { ok: true, text: '' }
        },
      },
    })
  assert.equal(load(null).filePath, '/env.toml')
  assert.equal(load('/flag.toml').filePath, '/flag.toml')
  assert.deepEqual(read, ['/env.toml', '/flag.toml'])
})

test('an empty MICRO_CONFIG names no file', () => {
  assert.equal(read({ env: { MICRO_CONFIG: '' } }).filePath, null)
})

test('a config file that is named and cannot be read refuses the start', () => {
  assert.deepEqual(complaints({ env: { MICRO_CONFIG: '/none.toml' } }), [
    'the config file "/none.toml" does not exist; name a TOML file or leave MICRO_CONFIG out',
  ])
})

test('a file that is not TOML is refused by line and column, without quoting it', () => {
  const [message, ...others] = complaints({ toml: 'a = 1\nsecret = hunter2\n' })
  assert.match(message ?? '', /^\/etc\/ron\.toml is not TOML: line 2, column 10: \S/)
  assert.doesNotMatch(message ?? '', /hunter2|\n/)
  assert.deepEqual(others, [])
})

test('the environment of the other profile is a neighbour and is ignored', () => {
  const env = { MACRO_AMNESIA: '1', MACRO_NONSENSE: 'x', MICRONODE_X: '1', micro_x: '1', PATH: '/bin' }
  assert.equal(good({ env }).node.amnesia, true)
  assert.equal(good({ env: { MICRO_NONSENSE: 'x' }, profile: profiles.macro }).node.amnesia, false)
})

test('the highest source that sets a key wins, whatever the others say', () => {
  const conns = fc.option(fc.integer({ min: 1, max: 65_536 }), { nil: undefined })
  fc.assert(
    fc.property(conns, conns, conns, conns, (file, env, named, set) => {
      const loaded = read({
        toml: file === undefined ? '' : `limits.max_conns = ${file}`,
        env: env === undefined ? {} : { MICRO_MAX_CONNS: String(env) },
        overrides: [
          ...(named === undefined
            ? []
            : [{ key: 'limits.max_conns', text: String(named), flag: '--max-conns' }]),
          ...(set === undefined ? [] : [{ key: 'limits.max_conns', text: String(set), flag: '--set' }]),
        ],
      })
      const found = loaded.effective.get('limits.max_conns')
      const expected = [
        { value: set, kind: 'flag' },
        { value: named, kind: 'flag' },
        { value: env, kind: 'env' },
        { value: file, kind: 'file' },
        { value: 1024, kind: 'default' },
      ].find(({ value }) => value !== undefined)
      assert.deepEqual({ value: found?.value, kind: found?.source.kind }, expected)
      assert.equal(loaded.ok && loaded.config.limits.maxConns, expected?.value)
    }),
  )
})

test('every problem is reported at once, whichever source it is in', () => {
  const messages = complaints({
    toml: '[limit]\nmax_conns = 5\n[node]\namnesia = "yes"\n[persistence]\nenabled = true\n',
    env: { MICRO_MAX_BODY_BYTES: '2MiB', MICRO_READ_TIMEOUT: '5', MICRO_BINDADDR: 'x' },
    overrides: [{ key: 'tls.enabld', text: 'true', flag: '--set' }],
  })
  assert.deepEqual(messages, [
    '[limit] is not a section; did you mean limits?',
    'node.amnesia in /etc/ron.toml is "yes", not true or false without quotes; for example amnesia = true',
    'MICRO_MAX_BODY_BYTES (limits.max_body_bytes) is 2MiB, above the most allowed, 1MiB; for example MICRO_MAX_BODY_BYTES=1MiB',
    'MICRO_READ_TIMEOUT (timeouts.read) is "5", not a duration such as 250ms, 5s or 2m; for example MICRO_READ_TIMEOUT=5s',
    'MICRO_BINDADDR is not a variable of micronode; did you mean MICRO_BIND_ADDR?',
    'tls.enabld is not a setting; did you mean tls.enabled?',
    'MICRO_AMNESIA=1 and persistence.enabled=true are mutually exclusive; set MICRO_AMNESIA=0 to keep data on disk',
    'this build keeps data in RAM only and would lose it at a restart; set persistence.enabled=false',
  ])
})

test('a value that cannot be read is reported even where a higher source overrides it', () => {
  const loaded = read({ env: { MICRO_MAX_CONNS: 'many' }, toml: '[limits]\nmax_conns = 9\n' })
  assert.equal(loaded.ok, false)
  assert.equal(loaded.effective.get('limits.max_conns')?.value, 9)
})

test('persistence is decided in a file and nowhere else', () => {
  const because = 'keeping data on disk is decided in a file that can be reviewed, not in passing'
  const fix = 'set persistence.enabled in a config file and name the file with --config'
  assert.deepEqual(complaints({ env: { MICRO_PERSISTENCE_ENABLED: '1' } }), [
    `MICRO_PERSISTENCE_ENABLED is not accepted: ${because}; ${fix}`,
  ])
  assert.deepEqual(complaints({ overrides: [{ key: 'persistence.enabled', text: 'true', flag: '--set' }] }), [
    `--set persistence.enabled is not accepted: ${because}; ${fix}`,
  ])
})

test('a file of noise is refused with a bounded number of problems', () => {
  const toml = Array.from({ length: 5_000 }, (_, index) => `noise_${index} = ${index}`).join('\n')
  const messages = complaints({ toml })
  assert.equal(messages.length, 101)
  assert.match(messages.at(-1) ?? '', /more than these 100 problems/)
})

test('names that a prototype knows are unknown like any other', () => {
  const toml = '__proto__.x = 1\nconstructor = 2\n[toString]\n[limits]\n__proto__ = 3\nconstructor = 4\n'
  assert.equal(complaints({ toml }).length, 5)
  assert.equal(complaints({ overrides: [{ key: '__proto__', text: '1', flag: '--set' }] }).length, 1)
  assert.equal(Reflect.get({}, 'x'), undefined)
})

test('a key in the wrong section, or in none, leads to the right one', () => {
  assert.deepEqual(complaints({ toml: 'max_conns = 5\n[node]\nmax_chunk_bytes = "1KiB"\n' }), [
    'max_conns is not a setting; did you mean limits.max_conns?',
    'node.max_chunk_bytes is not a setting; did you mean limits.max_chunk_bytes?',
  ])
})

test('a section that is not a table is refused', () => {
  const message = 'limits is a section: open it once, with [limits] on a line of its own'
  for (const toml of ['limits = 5', 'limits = 1979-05-27', '[[limits]]\nmax_conns = 5', 'limits = []']) {
    assert.deepEqual(complaints({ toml }), [message], toml)
  }
})

test('a hostile file is refused without a crash', () => {
  const hostile = [
    '['.repeat(50_000),
    `a = ${'['.repeat(50_000)}`,
    `a = ${'{a='.repeat(20_000)}`,
    'a.'.repeat(50_000),
    '\0',
    'a = "\\uD800"',
    '[a]\n[a]',
    `${'k'.repeat(100_000)} = 1`,
  ]
  for (const toml of hostile) {
    const messages = complaints({ toml })
    assert.equal(messages.length, 1)
    assert.ok((messages[0] ?? '').length < 400, messages[0])
  }
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (toml) => void complaints({ toml })))
})

test('the configuration is frozen to its leaves', () => {
  const config = good({ env: { MICRO_UDS_ALLOW_UIDS: '1,2' } })
  for (const part of [
    config,
    config.limits,
    config.uds.allowUids,
    config.services,
    config.services['storage'],
  ]) {
    assert.ok(Object.isFrozen(part))
  }
})

test('a service may not take the name of a section of the node', () => {
  const sections = { log: section({ colour: text({ default: '', doc: '' }) }) }
  const sources = {
    env: {},
    configPath: null,
    overrides: [],
    readFile: () => ({ ok: true, text: '' }) as const,
  }
  assert.throws(() => loadConfig({ profile: profiles.micro, sections, sources }), /may not be called log/)
})
