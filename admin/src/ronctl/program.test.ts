import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from 'commander'
import { commandTable, parseCommandLine, type Parsed } from './program.ts'

const parse = (line: string, environment = {}): Parsed =>
  parseCommandLine(line.split(' ').filter(Boolean), environment)

function invocation(line: string, environment = {}) {
  const parsed = parse(line, environment)
  assert.equal(parsed.kind, 'invocation', JSON.stringify(parsed))
  return parsed.kind === 'invocation' ? parsed.invocation : null
}

test('a command line becomes an invocation', () => {
  assert.deepEqual(invocation('cap attenuate verbs=objects.read path=/a/*'), {
    name: 'token attenuate',
    token: null,
    caveats: ['verbs=objects.read', 'path=/a/*'],
  })
  assert.deepEqual(invocation('token inspect --token -'), { name: 'token inspect', token: '-', admin: null })
  assert.deepEqual(invocation('status --admin http://127.0.0.1:9090/'), {
    name: 'status',
    admin: 'http://127.0.0.1:9090',
  })
  assert.deepEqual(invocation('metrics http_ up --admin 127.0.0.1:9090'), {
    name: 'metrics',
    admin: 'http://127.0.0.1:9090',
    prefixes: ['http_', 'up'],
  })
})

test('the admin address comes from the flag, else from the environment', () => {
  const environment = { RON_ADMIN: 'http://127.0.0.1:1111' }
  assert.deepEqual(invocation('ready', environment), { name: 'ready', admin: 'http://127.0.0.1:1111' })
  assert.deepEqual(invocation('ready --admin http://127.0.0.1:2222', environment), {
    name: 'ready',
    admin: 'http://127.0.0.1:2222',
  })
})

test('the audit log is read from a node, or from a folder with a key', () => {
  const admin = 'http://a:1'
  assert.deepEqual(invocation('audit tail --admin a:1'), {
    name: 'audit tail',
    admin,
    from: null,
    limit: null,
  })
  assert.deepEqual(invocation('audit tail --from 7 --limit 20', { RON_ADMIN: 'a:1' }), {
    name: 'audit tail',
    admin,
    from: 7,
    limit: 20,
  })
  assert.deepEqual(invocation('audit prove 17 --admin a:1 --key k'), {
    name: 'audit prove',
    index: 17,
    place: { kind: 'node', admin, key: 'k' },
    occasion: null,
  })
  assert.deepEqual(invocation('audit prove 17 --admin a:1 --zk --verifier v --nonce 0A'), {
    name: 'audit prove',
    index: 17,
    place: { kind: 'node', admin, key: null },
    occasion: { verifier: 'v', nonce: '0a' },
  })
  assert.deepEqual(
    invocation('audit verify --dir ./log --key k --since old --statement st', { RON_ADMIN: 'a:1' }),
    {
      name: 'audit verify',
      place: { kind: 'folder', folder: './log', key: 'k' },
      against: { since: 'old', statement: 'st' },
    },
  )
  assert.deepEqual(invocation('audit mirror ./log --admin a:1'), {
    name: 'audit mirror',
    admin,
    folder: './log',
  })
})

test('--json is for every command', () => {
  for (const line of [
    'cap inspect',
    'cap attenuate a=b',
    'status --admin a:1',
    'metrics --admin a:1',
    'audit tail --admin a:1',
    'audit verify --admin a:1',
    'audit prove 1 --admin a:1',
    'audit mirror x --admin a:1',
  ]) {
    const parsed = parse(`${line} --json`)
    assert.ok(parsed.kind === 'invocation' && parsed.json, line)
  }
})

/** What takes nothing but an address, or not even that. */
const selfEvident = new Set(['token revocations', 'keys list', 'zk circuits'])

test('help is there for the program and every command, with examples', () => {
  const paths = (command: Command, path: readonly string[]): readonly (readonly string[])[] => [
    path,
    ...command.commands.flatMap((sub) => paths(sub, [...path, sub.name()])),
  ]
  for (const path of paths(commandTable(), [])) {
    for (const line of [
      [...path, '--help'],
      ['help', ...path.slice(0, 1)],
    ]) {
      const parsed = parse(line.join(' '))
      assert.ok(parsed.kind === 'help', line.join(' '))
      assert.ok(
        parsed.text.split('\n').every((text) => text.length <= 120),
        parsed.text,
      )
    }
    const name = path.join(' ')
    const parsed = parse(`${name} -h`)
    const group = commandTable().commands.some(
      (command) => command.name() === name && command.commands.length > 0,
    )
    if (!group && !selfEvident.has(name))
      assert.match(parsed.kind === 'help' ? parsed.text : '', /Example/, name)
  }
  assert.equal(parse('cap --help').kind, 'help')
})

test('a wrong command line is told what is wrong and where to look', () => {
  for (const [line, wrong] of [
    ['', /a command is needed/],
    ['cap', /a command is needed/],
    ['stauts', /unknown command 'stauts'/],
    ['status', /--admin URL is needed, or RON_ADMIN, or a context/],
    ['status --admin ftp://x', /must be a URL such as/],
    ['status --admin http://u:p@x', /must be a URL such as/],
    ['status now --admin a:1', /too many arguments/],
    ['ready --addmin x', /unknown option '--addmin'/],
    ['cap attenuate', /missing required argument 'caveat'/],
    ['audit', /a command is needed/],
    ['audit verify', /--admin URL is needed, or RON_ADMIN, or a context/],
    ['audit verify --dir x', /--dir needs --key/],
    ['audit verify --dir x --key k --admin a:1', /exclude each other/],
    ['audit prove --admin a:1', /missing required argument 'record'/],
    ['audit prove -1 --admin a:1', /unknown option|whole number/],
    ['audit prove 1.5 --admin a:1', /the record is a whole number; it is "1.5"/],
    ['audit prove 1 --admin a:1 --zk --nonce 0a', /--zk, --verifier and --nonce go together/],
    ['audit prove 1 --admin a:1 --verifier v', /--zk, --verifier and --nonce go together/],
    ['audit prove 1 --dir x --key k --zk --verifier v --nonce 0a', /leave --dir out/],
    ['audit tail --limit x --admin a:1', /--limit is a whole number/],
  ] as const) {
    const parsed = parse(line)
    assert.ok(parsed.kind === 'usage', line)
    assert.match(parsed.message, wrong, line)
    assert.match(parsed.message, /Try: ronctl --help/)
  }
})

test('bundles are signed without a node, and applied to one', () => {
  const admin = 'http://a:1'
  assert.deepEqual(invocation('config keygen alice.pem --hybrid'), {
    name: 'config keygen',
    path: 'alice.pem',
    hybrid: true,
  })
  assert.deepEqual(invocation('config sign ./b/ --key a.pem --key b.pem'), {
    name: 'config sign',
    source: './b',
    keys: ['a.pem', 'b.pem'],
    out: './b.dsse.json',
  })
  assert.deepEqual(invocation('config sign 7.dsse.json --key b.pem'), {
    name: 'config sign',
    source: '7.dsse.json',
    keys: ['b.pem'],
    out: '7.dsse.json',
  })
  assert.deepEqual(invocation('config apply 7.dsse.json --force', { RON_ADMIN: 'a:1' }), {
    name: 'config apply',
    admin,
    file: '7.dsse.json',
    force: true,
  })
  const back = { name: 'config rollback', admin, force: false }
  assert.deepEqual(invocation('config rollback --admin a:1'), { ...back, version: null })
  assert.deepEqual(invocation('config rollback 0 --admin a:1'), { ...back, version: 0 })
  for (const name of ['status', 'history', 'drift'])
    assert.deepEqual(invocation(`config ${name} --admin a:1`), { name: `config ${name}`, admin })
  for (const line of [
    'config sign b',
    'config rollback x --admin a:1',
    'config apply 7.dsse.json',
    'config sign',
  ])
    assert.equal(parse(line).kind, 'usage', line)
})
