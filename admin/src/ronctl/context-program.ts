/** The commands about contexts, as the command line of `ronctl` declares them. */

import type { Command } from 'commander'
import { nameObjection, tlsObjection, type TlsFiles } from './contexts.ts'
import { type AdminOf, exits, jsonOption } from './options.ts'

/** What `context add` is told of the token; `stored` is read from standard input and kept in the file. */
export type TokenChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'stored' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly variable: string }

export type ContextInvocation =
  | {
      readonly name: 'context add'
      readonly context: string
      readonly at: string
      readonly url: string | null
      readonly token: TokenChoice
      readonly tls: TlsFiles
      readonly use: boolean
    }
  | { readonly name: 'context use' | 'context remove'; readonly context: string }
  /** Null shows the one that is in use. */
  | { readonly name: 'context show'; readonly context: string | null }
  | { readonly name: 'context list' }

interface AddFlags {
  readonly admin?: string
  readonly url?: string
  readonly tokenFile?: string
  readonly tokenEnv?: string
  readonly storeToken?: true
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly use?: true
}

export function declareContext(
  program: Command,
  adminOf: AdminOf,
  choose: (invocation: ContextInvocation) => void,
): void {
  const group = program.command('context').description('name nodes, and choose which one commands are for')

  const add = group
    .command('add')
    .description('add a node under a name, or replace it')
    .argument('<name>', 'letters, digits, dots, dashes and underscores')
    .option('--admin <url>', 'the admin address that the node printed, or unix:/path')
    .option('--url <url>', "the node's own address; asked of the admin surface without it")
    .option('--token-file <file>', 'the token is in this file, which nobody else may read')
    .option('--token-env <variable>', 'the token is in this variable of the environment')
    .option('--store-token', 'read the token from standard input and keep it in the file of contexts')
    .option('--ca <file>', 'for https: PEM authorities to trust instead of those of the system')
    .option('--cert <file>', 'for https: PEM certificate to show, with its chain')
    .option('--key <file>', 'for https: its PEM key, which nobody else may read')
    .option('--use', 'use it from now on')
    .option(...jsonOption)
    .addHelpText('after', addEnding)
  add.action((context: string, flags: AddFlags) => {
    named(add, context)
    // Not what the environment says: a context is what is written down.
    if (flags.admin === undefined) return add.error('--admin URL is needed: what is this context to be?')
    const at = adminOf(add, flags.admin)
    const url = flags.url === undefined ? null : adminOf(add, flags.url)
    const token = tokenChoice(add, flags)
    const { ca = null, cert = null, key = null } = flags
    const objection = tlsObjection({ ca, cert, key }, [at, url])
    if (objection !== null) return add.error(objection)
    const use = flags.use === true
    return choose({ name: 'context add', context, at, url, token, tls: { ca, cert, key }, use })
  })

  for (const [name, description] of [
    ['use', 'use this context when no other is named'],
    ['remove', 'forget a context, and its token when it is kept in the file'],
  ] as const) {
    const command = group
      .command(name)
      .description(description)
      .argument('<name>', 'as context list shows it')
      .option(...jsonOption)
      .addHelpText('after', ending(`ronctl context ${name} staging`))
    command.action((context: string) => {
      named(command, context)
      choose({ name: `context ${name}`, context })
    })
  }

  const show = group
    .command('show')
    .description('show a context, and where its token comes from; never the token')
    .argument('[name]', 'the one in use without it')
    .option(...jsonOption)
    .addHelpText('after', ending('ronctl context show staging'))
  show.action((context: string | undefined) => {
    if (context !== undefined) named(show, context)
    choose({ name: 'context show', context: context ?? null })
  })

  group
    .command('list')
    .description('show all contexts')
    .option(...jsonOption)
    .addHelpText('after', ending('ronctl context list'))
    .action(() => choose({ name: 'context list' }))
}

function named(command: Command, name: string): void {
  const wrong = nameObjection(name)
  if (wrong !== null) command.error(wrong)
}

function tokenChoice(command: Command, { tokenFile, tokenEnv, storeToken }: AddFlags): TokenChoice {
  const given = [tokenFile, tokenEnv, storeToken].filter((flag) => flag !== undefined)
  if (given.length > 1) return command.error('--token-file, --token-env and --store-token exclude each other')
  if (tokenFile !== undefined) return { kind: 'file', path: tokenFile }
  if (tokenEnv !== undefined) return { kind: 'environment', variable: tokenEnv }
  return storeToken === true ? { kind: 'stored' } : { kind: 'none' }
}

const place = `
Contexts are in $XDG_CONFIG_HOME/ronctl/contexts.json, else ~/.config/ronctl/contexts.json, which
nobody else may read. --context and RON_CONTEXT name another than the one in use. Options and the
environment (RON_ADMIN, RON_URL, RON_CAP) win over it, and its token goes to no other address than
its own.`

const addEnding = `${place}
${exits}

Examples:
  ronctl context add local --admin http://127.0.0.1:9090 --token-env LOCAL_CAP --use
  ronctl context add staging --admin https://node.example:9090 --token-file ~/.ron/staging.token
  ronctl context add mine --admin http://127.0.0.1:9090 --store-token < token.txt
  ronctl context add site --admin https://node.example:9090 --ca ca.pem --cert ann.pem --key ann.key`

function ending(example: string): string {
  return `${place}
${exits}

Example:
  ${example}`
}
