/** The commands that prove what a build promises, and verify such a proof, as the command line of `ronctl` declares them. */

import type { Command } from 'commander'
import { jsonOption } from './options.ts'

export type ProveInvocation =
  | {
      readonly name: 'prove amnesia'
      /** The file of a private signer; null for a key that is made for this report alone. */
      readonly key: string | null
      readonly out: string
    }
  | {
      readonly name: 'prove verify'
      readonly report: string
      /** The file of a public signer. */
      readonly key: string
    }

interface AmnesiaFlags {
  readonly key?: string
  readonly out: string
}

export function declareProve(program: Command, choose: (invocation: ProveInvocation) => void): void {
  const prove = program.command('prove').description('prove what this build promises, in a signed report')

  prove
    .command('amnesia')
    .description('run a node under a trace of its system calls, and look into its memory when it has drained')
    .option('--key <file>', 'the private key that signs, as config keygen makes it; a fresh one without it')
    .option('--out <file>', 'where the report goes', 'amnesia.dsse.json')
    .option(...jsonOption)
    .addHelpText('after', amnesiaEnding)
    .action(({ key, out }: AmnesiaFlags) => choose({ name: 'prove amnesia', key: key ?? null, out }))

  prove
    .command('verify')
    .description('verify the signature of a report, and show what it says')
    .argument('<report>', 'the file')
    .requiredOption('--key <file>', 'the public key of whoever signed it')
    .option(...jsonOption)
    .addHelpText('after', verifyEnding)
    .action((report: string, { key }: { readonly key: string }) =>
      choose({ name: 'prove verify', report, key }),
    )
}

const amnesiaEnding = `
Needs Linux, strace and the right to read the memory of a process of one's own; no node has to run.
It starts nodes of this build in a folder of their own, gives each a load with marks in it, ends them
by SIGTERM, SIGKILL and SIGABRT, and says what is left of the marks on disk, in logs and in memory.
The public key lies beside the report, under its name and .pub.
Exit codes: 0 proven, 1 not proven or not to be had here, 2 the command line is wrong.

Examples:
  ronctl prove amnesia
  ronctl prove amnesia --key operator.pem --out amnesia.dsse.json`

const verifyEnding = `
Exit codes: 0 signed by that key and proven, 1 else, 2 the command line is wrong.

Example:
  ronctl prove verify amnesia.dsse.json --key amnesia.dsse.json.pub`
