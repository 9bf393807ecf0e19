/** The commands that look at a whole node, as the command line of `ronctl` declares them. */

import type { Command } from 'commander'
import { type AdminOf, adminOption, exits, jsonOption } from './options.ts'

export interface TopInvocation {
  readonly name: 'top'
  readonly admin: string
  readonly once: boolean
}

interface DoctorInvocation {
  readonly name: 'doctor'
  readonly admin: string
}

export interface BundleInvocation {
  readonly name: 'debug bundle'
  readonly admin: string
  /** One archive, or a folder with a file for each part. */
  readonly form: 'file' | 'folder'
  readonly out: string
}

export type LookInvocation = TopInvocation | DoctorInvocation | BundleInvocation

interface TopFlags {
  readonly admin?: string
  readonly once?: true
  readonly json?: true
}

export function declareLook(
  program: Command,
  adminOf: AdminOf,
  choose: (invocation: LookInvocation) => void,
): void {
  const top = program
    .command('top')
    .description('watch the node in a terminal: services, inboxes, restarts, requests and tenants')
    .option('--once', 'show it once; takes a second, for rates take two looks')
    .option(...adminOption)
    .option('--json', 'print JSON for programs instead of text for people; once')
    .addHelpText('after', topEnding)
  top.action(({ admin, once, json }: TopFlags) => {
    choose({ name: 'top', admin: adminOf(top, admin), once: once === true || json === true })
  })

  const doctor = program
    .command('doctor')
    .description('check the node and the way to it, with the next step for each thing that is not well')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', doctorEnding)
  doctor.action(({ admin }: { admin?: string }) => {
    choose({ name: 'doctor', admin: adminOf(doctor, admin) })
  })

  const debug = program.command('debug').description('collect what somebody else needs to find a fault')
  const bundle = debug
    .command('bundle')
    .description('write version, settings, status, metrics, events and checks to a file, without secrets')
    .argument('[file]', 'where it goes, such as node.tar.gz; it must not be there yet')
    .option('--out <folder>', 'a folder instead, with a file for each part; it must not be there yet')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', bundleEnding)
  bundle.action((file: string | undefined, { admin, out: folder }: { admin?: string; out?: string }) => {
    const into = (form: 'file' | 'folder', out: string) =>
      choose({ name: 'debug bundle', admin: adminOf(bundle, admin), form, out })
    if (file !== undefined && folder !== undefined) return bundle.error('name a file, or --out a folder')
    if (folder !== undefined) return into('folder', folder)
    if (file === undefined)
      return bundle.error('say where it goes: a file such as node.tar.gz, or --out a folder')
    if (!/\.(tar\.gz|tgz)$/.test(file))
      return bundle.error(`the file ends in .tar.gz; it is ${JSON.stringify(file)}`)
    return into('file', file)
  })
}

const topEnding = `
It is drawn anew every second until Ctrl-C, and leaves the terminal as it found it. p50 and p99 are
the upper ends of the buckets of request_latency_seconds that they lie in.
${exits}

Examples:
  ronctl top --admin http://127.0.0.1:9090
  ronctl top --once --json`

const doctorEnding = `
Looked at: the way to the node, its version and this one's, the token, readiness and services, both
clocks, the machine that the node runs on, drift, the bundle and the audit log.
Exit codes: 0 all is well, 3 something will not be for long, 1 something is not, 2 the command line
is wrong.

Example:
  ronctl doctor --admin http://127.0.0.1:9090`

const bundleEnding = `
Tokens are taken out of every part, and no part is larger than 4 MiB. What the node does not tell,
such as the audit log of one that keeps none, is there with its reason. Only you may read it.
${exits}

Examples:
  ronctl debug bundle node.tar.gz --admin http://127.0.0.1:9090
  ronctl debug bundle --out ./node-today --admin http://127.0.0.1:9090`
