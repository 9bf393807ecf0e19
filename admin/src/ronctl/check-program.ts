/** The commands that put a node to the test, and the one that teaches a shell, as the command line of `ronctl` declares them. */

import { Argument, Option, type Command } from 'commander'
import { shells, type Shell } from './completion.ts'
import { type AdminOf, adminOption, exits, jsonOption } from './options.ts'
import { hows } from './service-program.ts'
import { writtenSize, writtenTime } from './written.ts'

/** How times may be written. */
const such = '500ms or 2s'

export interface DrillInvocation {
  readonly name: 'drill'
  readonly admin: string
  readonly service: string
  /** Null is each in turn. */
  readonly how: string | null
  /** As written, such as `2s`. */
  readonly every: string
  readonly forTime: string
}

export interface BenchInvocation {
  readonly name: 'bench'
  readonly admin: string
  readonly forMs: number
  readonly connections: number
  readonly bytes: number
  readonly p99MsMax: number
}

export type CheckInvocation =
  DrillInvocation | BenchInvocation | { readonly name: 'completion'; readonly shell: Shell }

interface DrillFlags {
  readonly how?: string
  readonly every: string
  readonly for: string
  readonly admin?: string
}

interface BenchFlags {
  readonly for: string
  readonly connections: string
  readonly size: string
  readonly p99: string
  readonly admin?: string
}

const most = { forMs: 600_000, connections: 256, bytes: 1024 * 1024 }

export function declareChecks(
  program: Command,
  adminOf: AdminOf,
  choose: (invocation: CheckInvocation) => void,
): void {
  const drill = program
    .command('drill')
    .description('kill a service again and again under a load, and say whether anything got lost')
    .argument('<service>', 'as status shows it')
    .addOption(new Option('--how <word>', 'one way to fall; all in turn without it').choices(hows))
    .option('--every <time>', 'between two kills', '2s')
    .option('--for <time>', 'as long as kills go on', '60s')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', drillEnding)
  drill.action((service: string, { how, every, for: forTime, admin }: DrillFlags) => {
    writtenTime(drill, '--every', every, such)
    writtenTime(drill, '--for', forTime, such)
    choose({ name: 'drill', admin: adminOf(drill, admin), service, how: how ?? null, every, forTime })
  })

  const bench = program
    .command('bench')
    .description('put a small load on the node for a while, and judge how it does')
    .option('--for <time>', 'as long as it lasts', '5s')
    .option('--connections <n>', 'requests at once', '8')
    .option('--size <size>', 'of each object', '1KiB')
    .option('--p99 <time>', 'the slowest hundredth may take so long', '100ms')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', benchEnding)
  bench.action((flags: BenchFlags) => {
    const forMs = writtenTime(bench, '--for', flags.for, such)
    const connections = Number(flags.connections)
    const bytes = writtenSize(bench, '--size', flags.size)
    if (forMs > most.forMs || forMs < 1) return bench.error('--for is at most 10m')
    if (!/^[1-9]\d*$/.test(flags.connections) || connections > most.connections)
      return bench.error(`--connections is 1 to ${most.connections}`)
    if (bytes > most.bytes || bytes < 1) return bench.error('--size is 1 to 1MiB')
    const p99MsMax = writtenTime(bench, '--p99', flags.p99, such)
    return choose({ name: 'bench', admin: adminOf(bench, flags.admin), forMs, connections, bytes, p99MsMax })
  })

  program
    .command('completion')
    .description('print what makes a shell complete commands, options and contexts')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .option(...jsonOption)
    .addHelpText('after', completionEnding)
    .action((shell: Shell) => choose({ name: 'completion', shell }))
}

const drillEnding = `
The same as scripts/kill-service, against the node of the context. RON_CAP is sent and needs
admin.chaos and what the load does: objects, a queue, graph and search. What it leaves behind has
names that begin with drill.
Exit codes: 0 nothing got lost and few requests failed, 1 else, 2 the command line is wrong.

Example:
  ronctl drill storage --how hang --every 5s --for 30s`

const benchEnding = `
Objects are put and read under names that begin with bench/, and removed afterwards; RON_CAP is sent
and needs objects.read and objects.write. It shares this machine with whatever else runs here: npm
run bench measures.
Exit codes: 0 fewer than 1 % failed, none was wrong and p99 is within its limit, 1 else, 2 the
command line is wrong.

Example:
  ronctl bench --for 10s --connections 16 --p99 50ms`

const completionEnding = `
${exits}

Examples:
  eval "$(ronctl completion bash)"             # in ~/.bashrc
  eval "$(ronctl completion zsh)"              # in ~/.zshrc, after compinit
  ronctl completion fish | source              # in ~/.config/fish/config.fish`
