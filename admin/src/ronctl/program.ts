/**
 * The command line of `ronctl`: arguments in, a command, a help text or a complaint out. Nothing is read and
 * nobody is asked here.
 */

import { Command, CommanderError } from 'commander'
import { declareAudit, type AuditInvocation } from './audit-program.ts'
import { declareConfig, type ConfigInvocation } from './config-program.ts'
import { declareKeys, declareToken, type TokenInvocation } from './token-program.ts'
import { adminOption, jsonOption } from './options.ts'
import { declareContext, type ContextInvocation } from './context-program.ts'
import { declareProve, type ProveInvocation } from './prove-program.ts'
import { socketBase } from './socket-address.ts'
import { declareService, type ServiceInvocation } from './service-program.ts'
import { declareChecks, type CheckInvocation } from './check-program.ts'
import { declareLook, type LookInvocation } from './top-program.ts'
import { declareTail, type TailInvocation } from './tail-program.ts'
import { declareZk, type ZkInvocation } from './zk-program.ts'

export type Invocation =
  | AuditInvocation
  | CheckInvocation
  | ConfigInvocation
  | ContextInvocation
  | LookInvocation
  | ProveInvocation
  | ServiceInvocation
  | TailInvocation
  | TokenInvocation
  | ZkInvocation
  | { readonly name: 'peers' | 'status' | 'ready' | 'tenants' | 'version'; readonly admin: string }
  /** `prefixes` choose which metrics; none means all. */
  | { readonly name: 'metrics'; readonly admin: string; readonly prefixes: readonly string[] }

export type Parsed =
  | { readonly kind: 'invocation'; readonly invocation: Invocation; readonly json: boolean }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'usage'; readonly message: string; readonly json: boolean }

type Environment = Readonly<Record<string, string | undefined>>

/** `argv` is what follows the script. */
export function parseCommandLine(argv: readonly string[], environment: Environment): Parsed {
  const help: string[] = []
  const chosen: Invocation[] = []
  const program = declare(
    environment,
    (invocation) => chosen.push(invocation),
    (text) => help.push(text),
  )
  const json = argv.includes('--json')
  try {
    program.parse([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return { kind: 'help', text: help.join('').trimEnd() }
    const message =
      error.code === 'commander.help' ? 'a command is needed' : error.message.replace(/^error: /, '')
    return { kind: 'usage', message: `${message}\nTry: ronctl --help`, json }
  }
  const [invocation] = chosen
  if (invocation === undefined)
    return { kind: 'usage', message: 'a command is needed\nTry: ronctl --help', json }
  return { kind: 'invocation', invocation, json }
}

/** All commands with their options and arguments, as completion reads them. */
export function commandTable(): Command {
  return declare(
    {},
    () => undefined,
    () => undefined,
  )
}

function declare(
  environment: Environment,
  choose: (invocation: Invocation) => void,
  write: (help: string) => void,
): Command {
  const program = new Command('ronctl')
    .description(
      'Looks after a node: its readiness, status, tenants, metrics, audit log, keys, configuration and capabilities.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: write,
      writeErr: () => undefined,
      getOutHelpWidth: () => 100,
      getOutHasColors: () => false,
    })
    .helpCommand('help [command]', 'show the help of a command')
    .helpOption('-h, --help', 'show this help')
    .option('--context <name>', 'the context to run in, as context list shows them [RON_CONTEXT]')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', programEnding)
  declareAdmin(program, environment, choose)
  const adminOf = (command: Command, written: string | undefined) =>
    adminBase(command, written ?? environment['RON_ADMIN'])
  declareToken(program, adminOf, environment['RON_ADMIN'], choose)
  declareAudit(program, adminOf, choose)
  declareConfig(program, adminOf, choose)
  declareZk(program, adminOf, choose)
  declareKeys(program, adminOf, choose)
  declareService(program, adminOf, choose)
  declareTail(program, adminOf, choose)
  declareLook(program, adminOf, choose)
  declareChecks(program, adminOf, choose)
  declareProve(program, choose)
  declareContext(program, adminOf, choose)
  return program
}

function declareAdmin(
  program: Command,
  environment: Environment,
  choose: (invocation: Invocation) => void,
): void {
  const asking = (name: string, description: string, example: string, ending = adminEnding) =>
    program
      .command(name)
      .description(description)
      .option(...adminOption)
      .option(...jsonOption)
      .addHelpText('after', `\nExample:\n  ${example}\n${ending}`)
  const plain = [
    ['peers', 'show the links with other nodes, and why one is down', peersEnding],
    ['ready', 'ask whether the node is ready, and what it waits for', adminEnding],
    ['status', 'show the node and its services', adminEnding],
    ['tenants', 'show what each tenant takes, and who keeps whom waiting', adminEnding],
    ['version', 'show what was built, and with what', adminEnding],
  ] as const
  for (const [name, description, ending] of plain) {
    const command = asking(name, description, `ronctl ${name} --admin http://127.0.0.1:9090`, ending)
    command.action(({ admin }: { admin?: string }) => {
      choose({ name, admin: adminBase(command, admin ?? environment['RON_ADMIN']) })
    })
  }
  const metrics = asking(
    'metrics',
    'show metrics',
    'ronctl metrics http_ rejected_total --admin http://127.0.0.1:9090',
  ).argument('[prefix...]', 'only metrics whose name begins so')
  metrics.action((prefixes: string[], { admin }: { admin?: string }) => {
    choose({ name: 'metrics', admin: adminBase(metrics, admin ?? environment['RON_ADMIN']), prefixes })
  })
}

/** What paths are appended to: a URL without a slash at its end, or a socket; `host:port` is taken for http. */
function adminBase(command: Command, written: string | undefined): string {
  if (written === undefined || written === '') {
    return command.error(
      '--admin URL is needed, or RON_ADMIN, or a context; the node prints the address when it starts',
    )
  }
  if (written.startsWith('unix:')) {
    const wrong = `--admin unix: takes an absolute path without a colon, such as unix:/run/ron/admin.sock`
    return socketBase(written) ?? command.error(`${wrong}; it is ${JSON.stringify(written)}`)
  }
  const text = written.includes('://') ? written : `http://${written}`
  const url = URL.canParse(text) ? new URL(text) : null
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    return command.error(
      `--admin must be a URL such as http://127.0.0.1:9090; it is ${JSON.stringify(written)}`,
    )
  }
  return url.origin + url.pathname.replace(/\/+$/, '')
}

const programEnding = `
Exit codes: 0 yes, 1 the node is not ready, refused or was not reached, 2 the command line is wrong,
3 a warning of doctor.

Examples:
  ronctl context add local --admin http://127.0.0.1:9090 --token-env LOCAL_CAP --use
  ronctl ready --admin http://127.0.0.1:9090
  RON_ADMIN=http://127.0.0.1:9090 ronctl status
  ronctl status --admin unix:/run/ron/admin.sock
  ronctl tenants --admin http://127.0.0.1:9090
  ronctl top
  ronctl doctor
  ronctl explain 4bf92f3577b34da6a3ce929d0e0e4736
  ronctl prove amnesia
  ronctl audit tail --admin http://127.0.0.1:9090
  ronctl config apply 7.dsse.json --admin http://127.0.0.1:9090
  ronctl token mint 'verbs = objects.*' --ttl 1h --admin http://127.0.0.1:9090
  ronctl token attenuate 'verbs = objects.read' 'expires = 2030-01-31T12:00:00Z' < token.txt
  ronctl token revoke --admin http://127.0.0.1:9090 < token.txt
  ronctl keys rotate capability-root --admin http://127.0.0.1:9090`

const peersEnding = `
The node itself is asked, under RON_URL or the address that its admin surface tells, as a client of it: RON_CAP
is sent, and needs the verb peers.read. Forwards are those of the tenant that the token is for.
Exit codes: 0 every link is up, 1 one is down, or the node refused or was not reached, 2 the command line is wrong.`

const adminEnding = `
Where the admin surface asks for a capability, RON_CAP is sent.
Exit codes: 0 yes, 1 the node is not ready, refused or was not reached, 2 the command line is wrong.`
