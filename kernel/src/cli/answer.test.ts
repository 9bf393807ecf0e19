import assert from 'node:assert/strict'
import test from 'node:test'
import { read } from '../config/reading.fixture.ts'
import { ManualClock } from '../system/manual-clock.ts'
import { answer, type World } from './answer.ts'
import { printedOutcome, refusedUsage } from './outcome.ts'

const well: World = {
  build: {
    version: '0.1.0',
    git_sha: 'abc1234',
    node: '20.20.2',
    abi: '115',
    driver: 'uWebSockets.js@20.49.0',
    tls_groups: [],
    features: ['graph', 'feed'],
    writes_denied: false,
  },
  clock: new ManualClock(),
  readFile: (path) => (path === '/good' ? { ok: true, text: '' } : { ok: false, because: 'does not exist' }),
  machine: () => ({
    nodeVersion: '20.20.2',
    platform: 'linux x64',
    memoryBytes: 8 * 2 ** 30,
    openFilesMax: 65_536,
    entropyBits: 256,
    migratesConnections: false,
  }),
  startProbes: [{ name: 'uWebSockets.js', fix: 'npm ci', look: async () => 'loaded' }],
  canListen: async () => undefined,
}

const broken: World = {
  ...well,
  machine: () => ({
    ...well.machine(),
    nodeVersion: '18.19.0',
    memoryBytes: 2 ** 28,
    openFilesMax: 256,
    entropyBits: 64,
  }),
  startProbes: [
    {
      name: 'zstd-napi',
      fix: 'npm ci',
      look: async () => {
        throw new Error('no binary for this platform')
      },
    },
  ],
  canListen: async ({ host, port }) => {
    throw new Error(`${host}:${port} is in use`)
  },
}

const wrong = { env: { MICRO_MAX_CONNS: '0' } }

test('check succeeds with one line of what matters', async () => {
  const { exitCode, text } = await answer({ name: 'check' }, read({}), well)
  const summary = 'bind_addr=127.0.0.1:0, metrics_addr=127.0.0.1:0, log_level=info'
  assert.deepEqual([exitCode, text], [0, `micronode check: OK (${summary})`])
})

test('check fails when a native module does not load or a named file cannot be read', async () => {
  const loaded = read({ env: { MICRO_MACAROON_PATH: '/bad', MICRO_TLS_KEY_PATH: '/good' } })
  const { exitCode, text } = await answer({ name: 'check' }, loaded, broken)
  assert.equal(exitCode, 1)
  assert.deepEqual(text.split('\n'), [
    'micronode check: a start would fail',
    '  FAIL  zstd-napi                   no binary for this platform',
    '                                    fix: npm ci',
    '  FAIL  capabilities.macaroon_path  /bad does not exist',
    '                                    fix: set MICRO_MACAROON_PATH to a file this user may read, or leave it empty',
  ])
})

test('a wrong configuration refuses every command that needs a sound one', async () => {
  for (const name of ['check', 'config print', 'config validate'] as const) {
    const { exitCode, text, json } = await answer({ name }, read(wrong), well)
    assert.equal(exitCode, 2, name)
    assert.match(text, /the configuration has a problem, nothing was started\n  - MICRO_MAX_CONNS /)
    assert.match(
      JSON.stringify(json),
      /^\{"ok":false,"problems":\[\{"kind":"out-of-range","key":"limits\.max_conns"/,
    )
  }
})

test('config print is TOML for people and JSON for programs', async () => {
  const outcome = await answer({ name: 'config print' }, read({}), well)
  assert.match(
    printedOutcome(outcome, false),
    /^# micronode: effective configuration[^]*\n\[limits\]\nmax_body_bytes = "1MiB"\n/,
  )
  const json: unknown = JSON.parse(printedOutcome(outcome, true))
  assert.deepEqual(Reflect.get(Object(json), 'sources'), {})
})

test('config validate says how many settings came from where', async () => {
  const validate = (given: Parameters<typeof read>[0]) =>
    answer({ name: 'config validate' }, read(given), well)
  const { settings } = read({}).catalogue
  assert.equal(
    (await validate({})).text,
    `micronode config validate: OK (${settings.length} settings, all default)`,
  )
  const given = { toml: '[limits]\nmax_conns = 5\n', env: { MICRO_LOG_LEVEL: 'debug' } }
  const counted = '1 from /etc/ron.toml, 1 from the environment'
  assert.equal(
    (await validate(given)).text,
    `micronode config validate: OK (${settings.length} settings: ${counted})`,
  )
})

test('config explain works on a wrong configuration too, and refuses an unknown key', async () => {
  const known = await answer({ name: 'config explain', key: 'limits.max_conns' }, read(wrong), well)
  assert.equal(known.exitCode, 0)
  assert.match(known.text, /^limits\.max_conns: Most connections/)
  const unknown = await answer({ name: 'config explain', key: 'limits.max_con' }, read({}), well)
  assert.equal(unknown.exitCode, 2)
  assert.match(unknown.text, /did you mean limits\.max_conns\?/)
})

test('doctor finds a well machine well', async () => {
  const { exitCode, text, json } = await answer({ name: 'doctor' }, read({}), well)
  assert.equal(exitCode, 0, text)
  const [verdict, ...lines] = text.split('\n')
  assert.equal(verdict, 'micronode doctor: all is well')
  const names = [
    'configuration',
    'node.js',
    'memory',
    'open files',
    'entropy',
    'uWebSockets.js',
    'node.bind_addr',
    'node.metrics_addr',
  ]
  assert.deepEqual(
    lines.map((line) => line.slice(8, 26).trim()),
    names,
  )
  assert.match(JSON.stringify(json), /^\{"ok":true,"findings":\[\{"name":"configuration","ok":true/)
})

test('doctor names everything that is wrong, with a fix for each', async () => {
  const { exitCode, text, json } = await answer({ name: 'doctor' }, read({}), broken)
  assert.equal(exitCode, 1)
  assert.match(text, /^micronode doctor: 7 of 8 need attention\n/)
  assert.match(text, /18\.19\.0 is not a version this node runs on/)
  assert.match(text, /may grow to 768MiB of 256MiB/)
  assert.match(text, /1152 may be needed, 256 are allowed/)
  assert.match(text, /64 bits, 128 are needed/)
  assert.match(text, /127\.0\.0\.1:0 is in use/)
  const findings: unknown = Reflect.get(Object(json), 'findings')
  assert.ok(Array.isArray(findings))
  for (const finding of findings) assert.equal(finding.ok, finding.fix === null)
})

test('doctor looks at the machine even when the configuration is wrong, and exits as such', async () => {
  const { exitCode, text } = await answer({ name: 'doctor' }, read(wrong), well)
  assert.equal(exitCode, 2)
  assert.match(text, /FAIL  configuration +MICRO_MAX_CONNS/)
  assert.match(text, /ok    entropy/)
})

test('doctor asks a system that loses connections at a hand-over only of who wants one', async () => {
  const loaded = read({ env: { MICRO_HAND_OVER: '1', MICRO_BIND_ADDR: '127.0.0.1:80' } })
  const { exitCode, text } = await answer({ name: 'doctor' }, loaded, well)
  assert.equal(exitCode, 1)
  assert.match(
    text,
    /FAIL  hand-over .*are reset by this system\n +fix: sysctl -w net\.ipv4\.tcp_migrate_req=1/,
  )
  const { text: alone } = await answer({ name: 'doctor' }, read({}), well)
  assert.doesNotMatch(alone, /hand-over/)
})

test('what a system does not tell is not held against it', async () => {
  const machine = () => ({
    ...well.machine(),
    openFilesMax: null,
    entropyBits: null,
    migratesConnections: null,
  })
  const loaded = read({ env: { MICRO_HAND_OVER: '1', MICRO_BIND_ADDR: '127.0.0.1:80' } })
  const { exitCode } = await answer({ name: 'doctor' }, loaded, { ...well, machine })
  assert.equal(exitCode, 0)
})

test('a probe that never answers fails at its deadline', async () => {
  const clock = new ManualClock()
  const startProbes = [{ name: 'slow', fix: 'wait', look: () => new Promise<string>(() => undefined) }]
  const outcome = answer({ name: 'check' }, read({}), { ...well, clock, startProbes })
  clock.advance(5_000)
  const { exitCode, text } = await outcome
  assert.equal(exitCode, 1)
  assert.match(text, /slow  no answer within 5000 ms/)
  assert.equal(clock.pending, 0)
})

test('version is one line, and the members of the endpoint as JSON', async () => {
  const { exitCode, text, json } = await answer({ name: 'version' }, read({}), well)
  assert.equal(exitCode, 0)
  assert.equal(
    text,
    'service=micronode version=0.1.0 git_sha=abc1234 node=20.20.2 abi=115 driver=uWebSockets.js@20.49.0 ' +
      'tls=off tls_groups=none features=graph,feed pq=off zk=off amnesia=true writes_denied=false',
  )
  assert.deepEqual(json, {
    name: 'micronode',
    ...well.build,
    pq: false,
    zk: false,
    amnesia: true,
    tls: 'off',
  })
})

test('a refused command line exits as a refused configuration does', () => {
  const outcome = refusedUsage('rum is not a command')
  assert.equal(outcome.exitCode, 2)
  assert.equal(printedOutcome(outcome, false), 'rum is not a command\n')
  assert.deepEqual(JSON.parse(printedOutcome(outcome, true)), { ok: false, message: 'rum is not a command' })
})
