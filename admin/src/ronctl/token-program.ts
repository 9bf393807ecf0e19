/** The commands about capabilities and keys, as the command line of `ronctl` declares them. */

import type { Command } from 'commander'
import { type AdminOf, adminOption, jsonOption } from './options.ts'
import {
  attenuateEnding,
  bindEnding,
  dischargeEnding,
  inspectEnding,
  mintEnding,
  readEnding,
  revokeEnding,
  rotateEnding,
  simulateEnding,
} from './token-help.ts'
import { writtenSize, writtenTime } from './written.ts'

/** How times may be written. */
const such = '90s or 1h'

/** `token` is what `--token` says; null leaves the choice to the environment or standard input. */
export type TokenInvocation =
  | { readonly name: 'token attenuate'; readonly token: string | null; readonly caveats: readonly string[] }
  /** Without an admin address the token alone is looked into. */
  | { readonly name: 'token inspect'; readonly token: string | null; readonly admin: string | null }
  | {
      readonly name: 'token mint'
      readonly admin: string
      readonly caveats: readonly string[]
      readonly thirdParty: readonly string[]
      readonly ttlMs: number | null
    }
  | { readonly name: 'token bind'; readonly token: string | null; readonly discharges: readonly string[] }
  | {
      readonly name: 'token discharge'
      readonly token: string | null
      readonly keyFile: string
      readonly holds: string
      readonly caveats: readonly string[]
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
  /** Names of the certificate that is shown. */
  readonly client: readonly string[]
  readonly at: string | null
  readonly audience: string | null
  /** Whether the proofs that zk caveats ask for are taken as given. */
  readonly proven: boolean
}

export type RevokeOptions =
  | { readonly by: 'token'; readonly token: string | null; readonly family: boolean }
  | { readonly by: 'identifier' | 'tenant'; readonly value: string }

type Choose = (invocation: TokenInvocation) => void

const tokenOption = ['--token <token>', 'the token, or - for standard input [RON_CAP]'] as const
const subjectOption = ['--token <token>', 'the token it is about, or - for standard input'] as const

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
    .option('--third-party <statement...>', 'what the issuer of discharges has to say, such as "user = ann"')
    .option(...adminOption)
  mint.action((caveats: string[], { ttl, thirdParty = [], admin }: MintFlags) => {
    const ttlMs = ttl === undefined ? null : writtenTime(mint, '--ttl', ttl, such)
    choose({ name: 'token mint', admin: adminOf(mint, admin), caveats, thirdParty, ttlMs })
  })

  command('discharge', 'say as an issuer that a third-party caveat of a token holds', dischargeEnding)
    .argument('[caveat...]', 'under which it is said, such as "expires = 2030-01-31T12:00:00Z"')
    .requiredOption('--key-file <file>', 'the key that is shared with the node: 64 hex digits')
    .requiredOption(
      '--holds <statement>',
      'what the issuer has found to hold; the caveat must ask for just that',
    )
    .option(...subjectOption)
    .action((caveats: string[], { keyFile, holds, token }: DischargeFlags) => {
      choose({ name: 'token discharge', token: token ?? null, keyFile, holds, caveats })
    })

  command('bind', 'print the token with its discharges, bound to it, as it is sent', bindEnding)
    .argument('<discharge...>', 'as token discharge prints them')
    .option(...tokenOption)
    .action((discharges: string[], { token }: { token?: string }) => {
      choose({ name: 'token bind', token: token ?? null, discharges })
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
    .option(
      '--client <name>',
      'a name of the certificate that is shown, as a caveat has it; repeatable',
      also,
      [],
    )
    .option('--at <time>', 'when, such as 2030-01-31T12:00:00Z; now without')
    .option('--audience <id>', 'the node that decides')
    .option('--proven', 'take the proofs that zk caveats ask for as given')
    .option(...subjectOption)
    .option(...adminOption)
  simulate.action((verb: string | undefined, path: string | undefined, options: SimulateFlags) => {
    const asked = options.admin ?? usual
    const admin = asked === undefined || asked === '' ? null : adminOf(simulate, options.admin)
    if (admin === null && verb === undefined) return simulate.error('a verb is needed where no node is asked')
    const request = {
      verb: verb ?? null,
      path: path ?? null,
      bytes: options.bytes === undefined ? null : writtenSize(simulate, '--bytes', options.bytes),
      tenant: options.tenant ?? null,
      peer: options.peer ?? null,
      client: options.client,
      at: options.at ?? null,
      audience: options.audience ?? null,
      proven: options.proven ?? false,
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
    const graceMs = grace === undefined ? null : writtenTime(rotate, '--grace', grace, such)
    choose({ name: 'keys rotate', admin: adminOf(rotate, admin), purpose, graceMs })
  })
}

interface MintFlags {
  readonly ttl?: string
  readonly thirdParty?: string[]
  readonly admin?: string
}

interface DischargeFlags {
  readonly keyFile: string
  readonly holds: string
  readonly token?: string
}

/** An option that is given more than once. */
function also(given: string, before: readonly string[]): readonly string[] {
  return [...before, given]
}

interface SimulateFlags {
  readonly bytes?: string
  readonly tenant?: string
  readonly peer?: string
  readonly client: readonly string[]
  readonly at?: string
  readonly audience?: string
  readonly proven?: boolean
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
