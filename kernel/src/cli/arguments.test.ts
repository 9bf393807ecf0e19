import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { good, serviceSections } from '../config/reading.fixture.ts'
import { parseArguments, type Invocation } from './arguments.ts'

function invocation(...argv: string[]): Invocation {
  const parsed = parseArguments(argv, serviceSections)
  if (parsed.kind === 'invocation') return parsed.invocation
  throw new Error(parsed.kind === 'usage' ? parsed.message : 'help')
}

function complaint(...argv: string[]): string {
  const parsed = parseArguments(argv, serviceSections)
  return parsed.kind === 'usage' ? (parsed.message.split('\nTry: ')[0] ?? '') : `accepted: ${argv.join(' ')}`
}

function help(...argv: string[]): string {
  const parsed = parseArguments(argv, serviceSections)
  return parsed.kind === 'help' ? parsed.text : ''
}

test('nothing at all runs a micronode with its defaults', () => {
  const { profile, ...rest } = invocation()
  assert.equal(profile.id, 'micro')
  assert.deepEqual(rest, { configPath: null, overrides: [], json: false, action: { name: 'run' } })
})

test('every command is understood, before or after the options', () => {
  const commands = ['run', 'check', 'config print', 'config validate', 'doctor', 'version']
  for (const name of commands) {
    for (const argv of [
      ['--json', '--profile', 'macro', ...name.split(' ')],
      [...name.split(' '), '--profile=macro', '--json'],
    ]) {
      const { profile, json, action } = invocation(...argv)
      assert.deepEqual([profile.id, json, action], ['macro', true, { name }])
    }
  }
  assert.deepEqual(invocation('config', 'explain', 'limits.max_conns').action, {
    name: 'config explain',
    key: 'limits.max_conns',
  })
})

test('the last profile wins, however it is written', () => {
  assert.equal(invocation('--profile', 'macro', '--profile=micro').profile.id, 'micro')
  assert.equal(invocation('--profile=micro', '--profile', 'macro').profile.id, 'macro')
})

test('-V and --version are the command version', () => {
  for (const flag of ['-V', '--version']) assert.deepEqual(invocation(flag).action, { name: 'version' })
})

test('the flags of the blueprint override their settings', () => {
  const { configPath, overrides } = invocation(
    ...['run', '--bind', '0.0.0.0:8080', '--metrics', '127.0.0.1:0', '--max-conns', '2048', '--tls'],
    ...['--tls-cert', '/etc/ron/cert.pem', '--tls-key', '/etc/ron/key.pem', '--config', './Config.toml'],
  )
  assert.equal(configPath, './Config.toml')
  assert.deepEqual(overrides, [
    { key: 'node.bind_addr', text: '0.0.0.0:8080', flag: '--bind' },
    { key: 'node.metrics_addr', text: '127.0.0.1:0', flag: '--metrics' },
    { key: 'limits.max_conns', text: '2048', flag: '--max-conns' },
    { key: 'tls.enabled', text: 'true', flag: '--tls' },
    { key: 'tls.cert_path', text: '/etc/ron/cert.pem', flag: '--tls-cert' },
    { key: 'tls.key_path', text: '/etc/ron/key.pem', flag: '--tls-key' },
  ])
})

test('--set reaches any setting, keeps later equals signs, and comes after the named flags', () => {
  const { overrides } = invocation(
    '--set',
    'storage.bytes_max=1GiB',
    '--set=zk-verify.motto=a=b',
    '--max-conns',
    '5',
  )
  assert.deepEqual(overrides, [
    { key: 'limits.max_conns', text: '5', flag: '--max-conns' },
    { key: 'storage.bytes_max', text: '1GiB', flag: '--set' },
    { key: 'zk-verify.motto', text: 'a=b', flag: '--set' },
  ])
  assert.deepEqual(invocation('--set', 'zk-verify.motto=').overrides, [
    { key: 'zk-verify.motto', text: '', flag: '--set' },
  ])
})

test('given twice, the last one wins', () => {
  const overrides = (...argv: string[]) => good({ overrides: invocation(...argv).overrides }).limits.maxConns
  assert.equal(overrides('--max-conns', '5', '--max-conns', '6'), 6)
  assert.equal(overrides('--set', 'limits.max_conns=7', '--set', 'limits.max_conns=8'), 8)
})

test('a wrong command line is refused with a sentence', () => {
  assert.equal(complaint('rum'), 'rum is not a command; did you mean run?')
  assert.equal(
    complaint('serve'),
    'serve is not a command; the commands are run, check, config, doctor, version',
  )
  assert.equal(complaint('config'), 'config needs one of print, validate or explain KEY')
  assert.equal(complaint('config', 'prnt'), 'prnt is not a command; did you mean print?')
  assert.equal(complaint('config', 'explain'), "missing required argument 'key'")
  assert.match(complaint('check', 'twice'), /^too many arguments for 'check'/)
  assert.match(complaint('--bindd', 'x'), /unknown option '--bindd'\n\(Did you mean --bind\?\)/)
  assert.match(complaint('--profile', 'nano'), /Allowed choices are micro, macro/)
  assert.match(complaint('--bind'), /'--bind <host:port>' argument missing/)
  const pair = 'is not key=value; for example --set limits.max_conns=2048'
  assert.equal(complaint('--set', 'limits.max_conns'), `--set limits.max_conns ${pair}`)
  assert.equal(complaint('--set', '=5'), `--set =5 ${pair}`)
})

test('a refused command line knows whether JSON was asked for, and where help is', () => {
  const parsed = parseArguments(['--json', 'rum'], {})
  assert.ok(parsed.kind === 'usage')
  assert.equal(parsed.json, true)
  assert.match(parsed.message, /\nTry: node kernel\/dist\/main\.js --help$/)
})

test('the help names every flag with its variable, every setting, the exit codes and examples', () => {
  const text = help('--help')
  for (const flag of [
    '--profile',
    '--config',
    '--bind',
    '--metrics',
    '--max-conns',
    '--tls',
    '--tls-cert',
    '--tls-key',
    '--set',
    '--json',
  ]) {
    assert.match(text, new RegExp(`^  ${flag}\\b.*(?:\\n {10,}.*)*`, 'm'), flag)
  }
  const described = [
    'MICRO_CONFIG',
    'MICRO_BIND_ADDR',
    'MICRO_METRICS_ADDR',
    'MICRO_MAX_CONNS',
    'MICRO_TLS_ENABLED',
  ]
  for (const name of described) assert.match(text, new RegExp(`\\[${name}[,\\]]`), name)
  assert.match(text, /MICRO_STORAGE_BYTES_MAX +storage\.bytes_max +512MiB/)
  assert.match(text, /\(config file only\) +persistence\.enabled +false/)
  assert.match(text, /Exit codes: 0 .* 1 .* 2 /)
  assert.match(text, /Examples:\n  node kernel\/dist\/main\.js --profile micro\n/)
})

test('the help speaks of the profile it is asked for', () => {
  for (const argv of [
    ['--profile', 'macro', '--help'],
    ['--help', '--profile=macro'],
    ['run', '--profile', 'macro', '-h'],
  ]) {
    const text = help(...argv)
    assert.match(text, /MACRO_BIND_ADDR/)
    assert.doesNotMatch(text, /MICRO_/)
  }
})

test('every command has a help of its own, with the options that all share', () => {
  for (const argv of [
    ['run'],
    ['check'],
    ['config'],
    ['config', 'explain'],
    ['config', 'print'],
    ['doctor'],
    ['version'],
  ]) {
    const text = help(...argv, '--help')
    assert.ok(text.startsWith(`Usage: node kernel/dist/main.js ${argv.join(' ')}`), text)
    assert.match(text, /--bind <host:port>/)
  }
  assert.match(help('help', 'check'), /^Usage: node kernel\/dist\/main\.js check/)
})

test('no command line makes the parser throw', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'run',
      'config',
      'explain',
      '--set',
      '--profile',
      'macro',
      '--json',
      '--tls',
      '--',
      '-',
      '--help',
      '__proto__',
    ),
    fc.string({ maxLength: 12 }),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
      assert.match(parseArguments(argv, {}).kind, /^(invocation|help|usage)$/)
    }),
    { numRuns: 300 },
  )
})
