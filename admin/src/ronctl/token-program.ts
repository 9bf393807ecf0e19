/** The commands about capabilities and keys, as the command line of `ronctl` declares them. */

import type { Command } from 'commander'
import { parseDuration, parseSize } from '@ron/kernel/contract/units'

/** `token` is what `--token` says; null leaves the choice to the environment or standard input. */
export type TokenInvocation =
  | { readonly name: 'token attenuate'; readonly token: string | null; readonly caveats: readonly string[] }
  /** Without an admin address the token alone is looked into. */
  | { readonly name: 'token inspect'; readonly token: string | null; readonly admin: string | null }
  | {
      readonly name: 'token mint'
      readonly admin: string
      readonly caveats: readonly string[]
      readonly ttlMs: number | null
    }
  /** Without an admin address the caveats alone are held against the request. */
  | {
      readonly name: 'token simulate'
      readonly token: string | null
      readonly admin: string | null
      readonly request: SimulateOptions
    }
  | { readonly name: 'token revoke'; readonly admin: string; readonly what: RevokeOptions }
  | { readonly name: 'token revocations'; readonly admin: string }
  | { readonly name: 'keys list'; readonly admin: string }
  | {
      readonly name: 'keys rotate'
      readonly admin: string
      readonly purpose: string
      readonly graceMs: number | null
    }

/** What is left out is null. */
export interface SimulateOptions {
  readonly verb: string | null
  readonly path: string | null
  readonly bytes: number | null
  readonly tenant: string | null
  readonly peer: string | null
  readonly at: string | null
  readonly audience: string | null
}

export type RevokeOptions =
  | { readonly by: 'token'; readonly token: string | null; readonly family: boolean }
  | { readonly by: 'identifier' | 'tenant'; readonly value: string }

type AdminOf = (command: Command, written: string | undefined) => string
type Choose = (invocation: TokenInvocation) => void

const tokenOption = ['--token <token>', 'the token, or - for standard input [RON_CAP]'] as const
const subjectOption = ['--token <token>', 'the token it is about, or - for standard input'] as const
const adminOption = ['--admin <url>', 'the admin address that the node printed [RON_ADMIN]'] as const
const jsonOption = ['--json', 'print JSON for programs instead of text for people'] as const

/** `adminOf` reads the admin address, and complains of a wrong one; `usual` is that of the environment. */
export function declareToken(
  program: Command,
  adminOf: AdminOf,
  usual: string | undefined,
  choose: Choose,
): void {
  const group = program
    .command('token')
    .alias('cap')
    .description('mint, narrow, look into, try out and revoke capability tokens')
  const command = (name: string, description: string, ending: string) =>
    group
      .command(name)
      .description(description)
      .option(...jsonOption)
      .addHelpText('after', ending)

  const mint = command('mint', 'have the node make a token under these caveats', mintEnding)
    .argument('[caveat...]', 'such as "verbs = objects.read"')
    .option('--ttl <time>', 'how long it is good, such as 1h; a day without')
    .option(...adminOption)
  mint.action((caveats: string[], { ttl, admin }: { ttl?: string; admin?: string }) => {
    const ttlMs = ttl === undefined ? null : timeOf(mint, '--ttl', ttl)
    choose({ name: 'token mint', admin: adminOf(mint, admin), caveats, ttlMs })
  })

  command(
    'attenuate',
    'print the token under further caveats; a request must satisfy all of them',
    attenuateEnding,
  )
    .argument('<caveat...>', 'such as "verbs = objects.read"')
    .option(...tokenOption)
    .action((caveats: string[], { token }: { token?: string }) => {
      choose({ name: 'token attenuate', token: token ?? null, caveats })
    })

  const inspect = command(
    'inspect',
    'print what a token says of itself, and with --admin what the node says of it',
    inspectEnding,
  )
    .option(...tokenOption)
    .option('--admin <url>', 'ask this node whether the token is good')
  inspect.action(({ token, admin }: { token?: string; admin?: string }) => {
    const asked = admin === undefined ? null : adminOf(inspect, admin)
    choose({ name: 'token inspect', token: token ?? null, admin: asked })
  })

  const simulate = command(
    'simulate',
    'say what a token may do, and which caveat stops it; nothing is done',
    simulateEnding,
  )
    .argument('[verb]', 'such as objects.read; without it, every verb of the node')
    .argument('[path]', 'such as /objects/a; without it, path and size are left out')
    .option('--bytes <size>', 'the length of the body')
    .option('--tenant <id>', 'the tenant that the request names')
    .option('--peer <address>', 'where the request comes from')
    .option('--at <time>', 'when, such as 2030-01-31T12:00:00Z; now without')
    .option('--audience <id>', 'the node that decides')
    .option(...subjectOption)
    .option(...adminOption)
  simulate.action((verb: string | undefined, path: string | undefined, options: SimulateFlags) => {
    const asked = options.admin ?? usual
    const admin = asked === undefined || asked === '' ? null : adminOf(simulate, options.admin)
    if (admin === null && verb === undefined) return simulate.error('a verb is needed where no node is asked')
    const request = {
      verb: verb ?? null,
      path: path ?? null,
      bytes: options.bytes === undefined ? null : sizeOf(simulate, '--bytes', options.bytes),
      tenant: options.tenant ?? null,
      peer: options.peer ?? null,
      at: options.at ?? null,
      audience: options.audience ?? null,
    }
    choose({ name: 'token simulate', token: options.token ?? null, admin, request })
  })

  const revoke = command('revoke', 'end a token before its time', revokeEnding)
    .option(...subjectOption)
    .option('--family', 'every token of the same minting, and not only what was made from this one')
    .option('--id <identifier>', 'the same by its identifier, as the audit log has it')
    .option('--tenant <id>', "the tenant's tokens that were minted before now")
    .option(...adminOption)
  revoke.action((options: RevokeFlags) => {
    choose({ name: 'token revoke', admin: adminOf(revoke, options.admin), what: toRevoke(revoke, options) })
  })

  const revocations = command('revocations', 'show what is revoked', readEnding).option(...adminOption)
  revocations.action(({ admin }: { admin?: string }) => {
    choose({ name: 'token revocations', admin: adminOf(revocations, admin) })
  })
}

export function declareKeys(program: Command, adminOf: AdminOf, choose: Choose): void {
  const keys = program.command('keys').description("show the node's keys, and rotate them")
  const list = keys
    .command('list')
    .description('show purposes, versions and times; never a key')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', readEnding)
  list.action(({ admin }: { admin?: string }) => choose({ name: 'keys list', admin: adminOf(list, admin) }))
  const rotate = keys
    .command('rotate')
    .description('put a further version of a key in use; the ones before stay good for a while')
    .argument('<purpose>', 'as keys list shows it')
    .option('--grace <time>', 'how long the versions before stay good, such as 1h; 0s ends them at once')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', rotateEnding)
  rotate.action((purpose: string, { grace, admin }: { grace?: string; admin?: string }) => {
    const graceMs = grace === undefined ? null : timeOf(rotate, '--grace', grace)
    choose({ name: 'keys rotate', admin: adminOf(rotate, admin), purpose, graceMs })
  })
}

interface SimulateFlags {
  readonly bytes?: string
  readonly tenant?: string
  readonly peer?: string
  readonly at?: string
  readonly audience?: string
  readonly token?: string
  readonly admin?: string
}

interface RevokeFlags {
  readonly token?: string
  readonly family?: boolean
  readonly id?: string
  readonly tenant?: string
  readonly admin?: string
}

function toRevoke(command: Command, { token, family = false, id, tenant }: RevokeFlags): RevokeOptions {
  const given = [token, id, tenant].filter((value) => value !== undefined)
  if (given.length > 1) return command.error('--token, --id and --tenant exclude each other')
  if (family && (id ?? tenant) !== undefined) return command.error('--family goes with a token')
  if (id !== undefined) return { by: 'identifier', value: id }
  if (tenant !== undefined) return { by: 'tenant', value: tenant }
  return { by: 'token', token: token ?? null, family }
}

function timeOf(command: Command, what: string, written: string): number {
  try {
    return parseDuration(written)
  } catch {
    return command.error(`${what} is a time such as 90s or 1h; it is ${JSON.stringify(written)}`)
  }
}

function sizeOf(command: Command, what: string, written: string): number {
  try {
    return parseSize(written)
  } catch {
    return command.error(`${what} is a size such as 512 or 64KiB; it is ${JSON.stringify(written)}`)
  }
}

const exits = 'Exit codes: 0 yes, 1 no, refused or not reached, 2 the command line is wrong.'

const mintEnding = `
RON_CAP is sent and needs the verb admin.mint, also on loopback. The new token carries its caveats too, so
nobody mints more than they have, and none is good for longer than the one that asked for it.
${exits}

Example:
  ronctl token mint 'verbs = objects.*' 'path = /objects/ann/*' --ttl 1h --admin http://127.0.0.1:9090`

const attenuateEnding = `
The token comes from --token, else from RON_CAP, else from standard input. On the command line it can be seen
by everyone on this machine; the other two are better. Neither a node nor a key is needed.

Caveats:
  tenant = 00112233445566778899aabbccddeeff    32 lower-case hex digits
  verbs = objects.read,mailbox.*               any of these; noun.* for every verb of a noun
  path = /objects/*                            that path, or with * whatever begins like it
  expires = 2030-01-31T12:00:00Z               good before then, in UTC
  not_before = 2030-01-01T00:00:00Z            good from then on
  bytes_max = 64KiB                            largest body
  ip = 10.0.0.0/8                              peer address, IPv4 or IPv6
  audience = node-1                            the one node that may accept it

Examples:
  RON_CAP=AgEB… ronctl token attenuate 'verbs = objects.read' 'path = /objects/public/*'
  ronctl token attenuate 'expires = 2030-01-31T12:00:00Z' < token.txt > narrow.txt`

const inspectEnding = `
The token comes from --token, else from RON_CAP, else from standard input.

Examples:
  RON_CAP=AgEB… ronctl token inspect
  ronctl token inspect --token - --admin http://127.0.0.1:9090 < token.txt`

const simulateEnding = `
The token comes from --token, else from standard input; RON_CAP is who asks. Without an admin address the
caveats alone are held against the request, and whether the token is genuine stays open.
Exit codes: 0 allowed, 1 not allowed, refused or not reached, 2 the command line is wrong.

Examples:
  ronctl token simulate objects.write /objects/a --bytes 64KiB --admin http://127.0.0.1:9090 < token.txt
  ronctl token simulate --admin http://127.0.0.1:9090 < token.txt`

const revokeEnding = `
The token comes from --token, else from standard input; RON_CAP is sent, and needs the verb admin.revoke,
also on loopback. In force at once, for requests, subscriptions and OAP sessions. To void every token there is,
rotate the key: ronctl keys rotate capability-root --grace 0s.
${exits}

Examples:
  ronctl token revoke --admin http://127.0.0.1:9090 < token.txt
  ronctl token revoke --id v1:boot-1:… --admin http://127.0.0.1:9090`

const rotateEnding = `
RON_CAP is sent and needs the verb admin.keys, also on loopback. --grace holds for every earlier version.
${exits}

Examples:
  ronctl keys rotate capability-root --admin http://127.0.0.1:9090
  ronctl keys rotate audit-log --grace 7d --admin http://127.0.0.1:9090`

const readEnding = `
Where the admin surface asks for a capability, RON_CAP is sent; it needs the verb admin.read.
${exits}`
