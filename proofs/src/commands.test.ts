/**
 * The commands beside `run`, and the configuration from every source, as a shell sees them: what they print
 * to people and to programs, and how they exit. 0 all is well, 1 the machine is not, 2 the configuration is not.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { eventually } from './eventually.ts'
import { asker } from './http.ts'
import { runCommand, startNode, type CommandResult } from './node-process.ts'
import { scratchFile } from './scratch.ts'

interface Findings {
  readonly ok: boolean
  readonly findings: readonly { readonly name: string; readonly ok: boolean; readonly fix: string | null }[]
}

interface Problems {
  readonly ok: boolean
  readonly problems: readonly {
    readonly kind: string
    readonly key: string | null
    readonly message: string
  }[]
}

interface Version extends Readonly<Record<string, unknown>> {
  readonly pq: boolean
  readonly zk: boolean
}

interface Printed {
  readonly profile: string
  readonly config: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly sources: Readonly<Record<string, string>>
}

function run(command: string, env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
  return runCommand(
    command.split(' ').filter((word) => word !== ''),
    env,
  )
}

async function json<Shape>(
  command: string,
  exitCode: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Shape> {
  const ran = await run(`${command} --json`, env)
  assert.deepEqual([ran.exitCode, ran.stderr], [exitCode, ''], ran.stdout)
  const answer: Shape = JSON.parse(ran.stdout)
  return answer
}

test('version says what was built and what it runs on, in a line or as JSON', async () => {
  const [command, option, version] = await Promise.all([
    run('version'),
    run('--profile macro --version'),
    json<Record<string, unknown>>('version', 0),
  ])
  assert.match(
    command.stdout,
    /^service=micronode version=\S+ git_sha=\S+ node=\S+ abi=\d+ driver=uWebSockets\.js@\S+ tls=off tls_groups=none features=graph,search,feed pq=off zk=off amnesia=true writes_denied=false\n$/,
  )
  assert.match(option.stdout, /^service=macronode .*amnesia=false writes_denied=false\n$/)
  assert.deepEqual(
    [version['name'], version['node'], version['pq']],
    ['micronode', process.versions.node, false],
  )
})

test('version says of each configuration what a node that runs with it says', async () => {
  const sealing = {
    MICRO_PQ_MODE: 'hybrid',
    MICRO_ZK_VERIFY_CIRCUITS: `quota-compliance@b3:${'0'.repeat(64)}`,
  }
  for (const env of [{}, sealing]) {
    const [node, told] = await Promise.all([startNode({ env }), json<Version>('version', 0, env)])
    const {
      zk_circuits: _,
      pq_session: __,
      ...said
    }: Version = await eventually('what it verifies', async () => {
      const version: Version = await (await fetch(`${node.admin}/version`)).json()
      return version.zk === told.zk && version
    })
    // The node may have started anew without the right to write, which a command never does.
    assert.deepEqual({ ...said, writes_denied: false }, told)
    assert.deepEqual([told.pq, told.zk], env === sealing ? [true, true] : [false, false])
  }
})

test('the help names every command, every variable and every exit code', async () => {
  const { exitCode, stdout } = await run('--help')
  assert.equal(exitCode, 0)
  for (const word of [
    'run',
    'check',
    'config',
    'doctor',
    'version',
    '--bind',
    '--json',
    'Exit codes: 0',
    ...variables,
  ]) {
    assert(stdout.includes(word), word)
  }
})

test('what is mistyped is refused with the nearest name there is', async () => {
  const file = scratchFile('typing-error.toml', '[limit]\nmax_conns = 4\n')
  const cases: readonly (readonly [string, RegExp, Record<string, string>])[] = [
    ['chekc', /chekc is not a command; did you mean check\?/, {}],
    ['--bnd 127.0.0.1:0', /--bind/, {}],
    [
      'config validate --set limits.max_con=4',
      /limits\.max_con is not a setting; did you mean limits\.max_conns\?/,
      {},
    ],
    ['config explain limits.max_con', /did you mean limits\.max_conns\?/, {}],
    [
      'config validate',
      /MICRO_MAX_BODY_BYTE is not a variable .* MICRO_MAX_BODY_BYTES\?/,
      { MICRO_MAX_BODY_BYTE: '1' },
    ],
    [`config validate --config ${file}`, /\[limit\] is not a section; did you mean limits\?/, {}],
    ['--set limits.max_con=4', /did you mean limits\.max_conns\?/, {}],
  ]
  const results = await Promise.all(cases.map(([command, , env]) => run(command, env)))
  for (const [at, { exitCode, stdout, stderr }] of results.entries()) {
    const [command, sentence] = cases[at] ?? ['', /$^/]
    assert.equal(exitCode, 2, command)
    assert.equal(stdout, '', command)
    assert.match(stderr, sentence)
  }
  const refused = await json<Problems & { readonly message?: string }>('chekc', 2)
  assert.deepEqual([refused.ok, /check/.test(refused.message ?? '')], [false, true])
})

test('check says whether a start would succeed', async () => {
  const [well, found] = await Promise.all([run('check'), json<Findings>('check', 0)])
  assert.deepEqual([well.exitCode, well.stdout.startsWith('micronode check: OK (')], [0, true])
  assert(found.ok && found.findings.some(({ name }) => name === 'zstd-napi'))
  const missing = { MICRO_MACAROON_PATH: '/nowhere/at/all' }
  const [unwell, started] = await Promise.all([json<Findings>('check', 1, missing), run('run', missing)])
  const failed = unwell.findings.find(({ ok }) => !ok)
  assert.equal(failed?.name, 'capabilities.macaroon_path')
  assert.match(failed.fix ?? '', /MICRO_MACAROON_PATH/)
  assert.deepEqual([started.exitCode, /\/nowhere\/at\/all does not exist/.test(started.stderr)], [1, true])
})

for (const [variable, key] of [
  ['MICRO_MACAROON_PATH', 'capabilities.macaroon_path'],
  ['MICRO_POLICY_BUNDLE_PATH', 'policy.bundle_path'],
] as const) {
  test(`neither check nor run takes a ${variable} that holds something else`, async () => {
    const garbage = { [variable]: scratchFile('garbage', 'neither a macaroon\nnor a bundle') }
    const [unwell, started] = await Promise.all([json<Findings>('check', 1, garbage), run('run', garbage)])
    assert.equal(unwell.findings.find(({ ok }) => !ok)?.name, `${key} content`)
    assert.deepEqual([started.exitCode, started.stderr.split('\n').length], [1, 2], 'one line says why')
    assert.ok(started.stderr.includes(key))
  })
}

test('doctor looks at the machine and at the addresses', async () => {
  const node = await startNode()
  const taken = { MICRO_BIND_ADDR: `127.0.0.1:${node.port}` }
  const { ok, findings } = await json<Findings>('doctor', 1, taken)
  assert.equal(ok, false)
  for (const name of ['configuration', 'node.js', 'memory', 'open files', 'entropy', 'uWebSockets.js']) {
    assert(
      findings.some((finding) => finding.name === name),
      name,
    )
  }
  const address = findings.find(({ name }) => name === 'node.bind_addr')
  assert.equal(address?.ok, false)
  assert.match(address.fix ?? '', /MICRO_BIND_ADDR/)
})

test('what config print prints is a configuration that prints the same', async () => {
  const first = await run('config print --max-conns 7 --set log.level=warn', { MICRO_READ_TIMEOUT: '2s' })
  assert.equal(first.exitCode, 0)
  assert.match(first.stdout, /^max_conns = 7 +# flag --max-conns$/m)
  assert.match(first.stdout, /^read = "2s" +# env MICRO_READ_TIMEOUT$/m)
  const file = scratchFile('printed.toml', first.stdout)
  const again = await run(`config print --config ${file}`)
  const bare = (text: string) => text.replaceAll(/ +# .*$/gm, '')
  assert.equal(bare(again.stdout), bare(first.stdout))
})

test('a flag beats a variable, which beats the file, which beats the default', async () => {
  const limits = '[limits]\nmax_conns = 1\nmax_inflight = 1\nmax_chunk_bytes = "1KiB"\n'
  const file = scratchFile('limits.toml', limits)
  const env = { MICRO_CONFIG: file, MICRO_MAX_CONNS: '2', MICRO_MAX_INFLIGHT: '2' }
  const { config, sources } = await json<Printed>('config print --max-conns 3', 0, env)
  const { max_conns, max_inflight, max_chunk_bytes, max_header_bytes } = config['limits'] ?? {}
  assert.deepEqual([max_conns, max_inflight, max_chunk_bytes, max_header_bytes], [3, 2, '1KiB', '4KiB'])
  assert.equal(sources['limits.max_conns'], 'flag --max-conns')
  assert.equal(sources['limits.max_inflight'], 'env MICRO_MAX_INFLIGHT')
  assert.equal(sources['limits.max_chunk_bytes'], `file ${file}`)
  assert.equal(sources['limits.max_header_bytes'], undefined)

  for (const name of ['limits.max_conns', 'MICRO_MAX_CONNS', '--max-conns']) {
    const ran = await runCommand(['--json', '--max-conns', '3', 'config', 'explain', '--', name])
    const explained: Record<string, unknown> = JSON.parse(ran.stdout)
    const { key, value, source, limits } = explained
    assert.deepEqual([key, value, source, limits], ['limits.max_conns', 3, 'flag --max-conns', '1 to 65536'])
  }
})

/** The table of the blueprint (§4): variable, key, a value that is not its default and is taken. */
const table: readonly (readonly [variable: string, key: string, value: string, printed: unknown])[] = [
  ['MICRO_BIND_ADDR', 'node.bind_addr', '127.0.0.2:0', '127.0.0.2:0'],
  ['MICRO_METRICS_ADDR', 'node.metrics_addr', '127.0.0.2:0', '127.0.0.2:0'],
  ['MICRO_MAX_BODY_BYTES', 'limits.max_body_bytes', '2KiB', '2KiB'],
  ['MICRO_MAX_CHUNK_BYTES', 'limits.max_chunk_bytes', '1024', '1KiB'],
  ['MICRO_DECOMPRESS_RATIO_CAP', 'limits.decompress_ratio_cap', '5', 5],
  ['MICRO_READ_TIMEOUT', 'timeouts.read', '2500ms', '2500ms'],
  ['MICRO_WRITE_TIMEOUT', 'timeouts.write', '2s', '2s'],
  ['MICRO_IDLE_TIMEOUT', 'timeouts.idle', '30s', '30s'],
  ['MICRO_TLS_ENABLED', 'tls.enabled', 'false', false],
  ['MICRO_TLS_CERT_PATH', 'tls.cert_path', scratchFile('cert.pem', ''), scratchFile('cert.pem', '')],
  ['MICRO_TLS_KEY_PATH', 'tls.key_path', scratchFile('key.pem', ''), scratchFile('key.pem', '')],
  ['MICRO_AMNESIA', 'node.amnesia', '0', false],
  ['MICRO_PQ_MODE', 'pq.mode', 'off', 'off'],
  ['MICRO_UDS_PATH', 'uds.path', '', ''],
  ['MICRO_UDS_ALLOW_UIDS', 'uds.allow_uids', '[1000, 1001]', [1000, 1001]],
  ['MICRO_MACAROON_PATH', 'capabilities.macaroon_path', '', ''],
]
const variables = table.map(([variable]) => variable)

test('every variable of the blueprint is taken, and a node starts with all of them', async () => {
  const env = Object.fromEntries(table.map(([variable, , value]) => [variable, value]))
  const { config, sources } = await json<Printed>('config print', 0, env)
  for (const [variable, key, , printed] of table) {
    const [section = '', name = ''] = key.split('.')
    assert.deepEqual(config[section]?.[name], printed, key)
    assert.equal(sources[key], `env ${variable}`)
  }
  const node = await startNode({ env })
  const ask = asker(node)
  assert.match(node.url, /^http:\/\/127\.0\.0\.2:\d+$/)
  assert.equal((await ask('PUT /objects/a', { body: 'x'.repeat(2_048) })).status, 201)
  assert.equal((await ask('PUT /objects/a', { body: 'x'.repeat(2_049) })).status, 413)
})

test('what this build cannot do yet is refused with a sentence, all of it at once', async () => {
  const file = scratchFile('persistent.toml', '[persistence]\nenabled = true\n')
  const asked = {
    MICRO_TLS_ENABLED: 'true',
    MICRO_AMNESIA: '0',
  }
  const [refused, conflict, misplaced] = await Promise.all([
    json<Problems>(`config validate --config ${file}`, 2, asked),
    json<Problems>(`config validate --config ${file}`, 2),
    json<Problems>('config validate --set node.amnesia=perhaps', 2, {
      MICRO_PERSISTENCE_ENABLED: '1',
      MICRO_MAX_BODY_BYTES: '2MiB',
    }),
  ])
  const said = (kind: string) =>
    refused.problems.filter((problem) => problem.kind === kind).map(({ key }) => key)
  assert.deepEqual(said('missing'), ['tls.cert_path', 'tls.key_path'])
  assert.deepEqual(said('unsupported'), ['persistence.enabled'])
  for (const { message } of refused.problems) assert.match(message, /; | needs /)
  assert(
    conflict.problems.some(({ message }) =>
      /MICRO_AMNESIA=1 and persistence\.enabled=true are mutually exclusive; set MICRO_AMNESIA=0/.test(
        message,
      ),
    ),
  )
  const kinds = misplaced.problems.map(({ kind }) => kind).toSorted()
  assert.deepEqual(kinds, ['malformed', 'misplaced', 'out-of-range'])
})
