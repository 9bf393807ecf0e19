/** The commands about what happens in a node, as the command line of `ronctl` declares them. */

import { Argument, type Command } from 'commander'
import { type AdminOf, adminOption, exits, jsonOption } from './options.ts'

export type TailInvocation =
  | {
      readonly name: 'tail'
      readonly admin: string
      readonly kinds: readonly TailKind[]
      readonly follow: boolean
      readonly json: boolean
      readonly limit: number
      readonly status: string | null
      readonly operation: string | null
      readonly tenant: string | null
      readonly id: string | null
    }
  | { readonly name: 'explain'; readonly admin: string; readonly id: string }

export const tailKinds = ['events', 'requests', 'audit'] as const
export type TailKind = (typeof tailKinds)[number]

interface TailFlags {
  readonly admin?: string
  readonly follow?: true
  readonly json?: true
  readonly limit: string
  readonly status?: string
  readonly operation?: string
  readonly tenant?: string
  readonly id?: string
}

/** What an answer of the audit log holds at most. */
const limitMax = 256

export function declareTail(
  program: Command,
  adminOf: AdminOf,
  choose: (invocation: TailInvocation) => void,
): void {
  const tail = program
    .command('tail')
    .description('show what happened in the node, and with --follow what happens')
    .addArgument(
      new Argument('[kind...]', 'what to show; events and requests without any').choices(tailKinds),
    )
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('--limit <n>', `how much of what is remembered, up to ${limitMax}`, '50')
    .option('--status <status>', 'requests with this status, such as 404 or 5xx')
    .option('--operation <name>', 'requests for this operation or service, such as storage.get or storage')
    .option('--tenant <id>', 'requests of this tenant')
    .option('--id <id>', 'requests with this x-request-id or trace id')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', tailEnding)
  tail.action((kinds: TailKind[], flags: TailFlags) => {
    const { status = null, operation = null, tenant = null, id = null, follow, json } = flags
    const limit = Number(flags.limit)
    if (!/^\d+$/.test(flags.limit) || limit > limitMax)
      return tail.error(`--limit is 0 to ${limitMax}; it is ${JSON.stringify(flags.limit)}`)
    if (status !== null && !/^[1-5](xx|\d\d)$/.test(status))
      return tail.error(`--status is such as 404 or 4xx; it is ${JSON.stringify(status)}`)
    const admin = adminOf(tail, flags.admin)
    const chosen = kinds.length === 0 ? (['events', 'requests'] as const) : kinds
    const asked = { kinds: chosen, limit, status, operation, tenant, id }
    return choose({ name: 'tail', admin, ...asked, follow: follow === true, json: json === true })
  })

  const explain = program
    .command('explain')
    .description(
      'say why a request was refused or slow: wall, rule, caveat, limit, time by stage, and what helps',
    )
    .argument('<id>', 'its x-request-id, or its trace id, which every problem document has')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', explainEnding)
  explain.action((id: string, { admin }: { admin?: string }) => {
    choose({ name: 'explain', admin: adminOf(explain, admin), id })
  })
}

const tailEnding = `
Events are those of the kernel: services that fail, restart and recover, readiness, versions of the
configuration. Of requests the refusals are remembered; with --follow all that end are shown, at
most 200 a second, and how many were left out is said. Names, codes and times; never what was sent,
and no token. With --json there is one JSON object a line. The verb admin.read is needed where the
admin surface asks for a capability, and audit.read for audit.
${exits}

Examples:
  ronctl tail --follow
  ronctl tail requests --follow --status 4xx --operation storage
  ronctl tail audit --limit 20 --json`

const explainEnding = `
The node remembers its last 2,048 refusals, at most 200 of one code in a second, and the eight
slowest requests of each route of the last five to ten minutes. An id it does not know is told how
far that reaches.
${exits}

Example:
  ronctl explain 4bf92f3577b34da6a3ce929d0e0e4736`
