/** The commands about single services, as the command line of `ronctl` declares them. */

import { Option, type Command } from 'commander'
import { type AdminOf, adminOption, exits, jsonOption } from './options.ts'
import { writtenTime } from './written.ts'

export type ServiceInvocation =
  | {
      readonly name: 'service restart'
      readonly admin: string
      readonly service: string
      /** Null leaves it to the node. */
      readonly graceMs: number | null
    }
  | { readonly name: 'service kill'; readonly admin: string; readonly service: string; readonly how: string }

export const hows = ['throw', 'exit', 'oom', 'hang'] as const

interface RestartFlags {
  readonly grace?: string
  readonly admin?: string
}

export function declareService(
  program: Command,
  adminOf: AdminOf,
  choose: (invocation: ServiceInvocation) => void,
): void {
  const group = program.command('service').description('restart a service, or make it fall for a drill')

  const restart = group
    .command('restart')
    .description('have a service go on in a new thread; nothing that was acknowledged is lost')
    .argument('<service>', 'as status shows it')
    .option('--grace <time>', 'how long the thread that runs may take to stop, at most 5s; 2s without')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', restartEnding)
  restart.action((service: string, { grace, admin }: RestartFlags) => {
    const graceMs = grace === undefined ? null : writtenTime(restart, '--grace', grace, '500ms or 2s')
    choose({ name: 'service restart', admin: adminOf(restart, admin), service, graceMs })
  })

  const kill = group
    .command('kill')
    .description('make the thread of a service fall, for a drill')
    .argument('<service>', 'as status shows it')
    .addOption(new Option('--how <word>', 'the way it falls').choices(hows).default('throw'))
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', killEnding)
  kill.action((service: string, { how, admin }: { how: string; admin?: string }) => {
    choose({ name: 'service kill', admin: adminOf(kill, admin), service, how })
  })
}

const restartEnding = `
The next thread is made first and follows what the service keeps, then it takes over; it says for
how long nobody could use the service. Requests in between are refused with 503 and Retry-After.
RON_CAP is sent and needs the verb admin.restart, also on loopback; the act is on record.
${exits}

Example:
  ronctl service restart mailbox --admin http://127.0.0.1:9090`

const killEnding = `
A crash, on purpose: the supervisor is to notice it and to start the service again. ronctl drill
does it again and again under a load and says what became of it. RON_CAP is sent and needs the verb
admin.chaos, also on loopback.
${exits}

Example:
  ronctl service kill storage --how hang --admin http://127.0.0.1:9090`
