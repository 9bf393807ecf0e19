/** The commands about signed config bundles, as the command line of `ronctl` declares them. */

import type { Command } from 'commander'
import { type AdminOf, adminOption, exits, jsonOption } from './options.ts'

export type ConfigInvocation =
  | { readonly name: 'config keygen'; readonly path: string; readonly hybrid: boolean }
  | {
      readonly name: 'config sign'
      /** A folder with the parts of a bundle, or a signed bundle that gets one more signature. */
      readonly source: string
      readonly keys: readonly string[]
      readonly out: string
    }
  | {
      readonly name: 'config plan' | 'config apply'
      readonly admin: string
      readonly file: string
      readonly force: boolean
    }
  | {
      readonly name: 'config rollback'
      readonly admin: string
      readonly version: number | null
      readonly force: boolean
    }
  | { readonly name: 'config status' | 'config history' | 'config drift'; readonly admin: string }

/** `adminOf` reads the admin address, and complains of a wrong one. */
export function declareConfig(
  program: Command,
  adminOf: AdminOf,
  choose: (invocation: ConfigInvocation) => void,
): void {
  const config = program.command('config').description('sign config bundles, and govern a node with them')
  const force = ['--force', 'also where the operator would lock himself out'] as const

  config
    .command('keygen')
    .description('make the keys of a signer: FILE, which stays secret, and FILE.pub, which nodes are given')
    .argument('<file>', 'where the private key goes, such as alice.pem; it must not be there yet')
    .option('--hybrid', 'with an ML-DSA-65 key beside the one of Ed25519')
    .option(...jsonOption)
    .addHelpText('after', keygenEnding)
    .action((path: string, { hybrid }: { hybrid?: true }) => {
      choose({ name: 'config keygen', path, hybrid: hybrid === true })
    })

  const gather = (path: string, earlier: readonly string[]): string[] => [...earlier, path]
  const sign = config
    .command('sign')
    .description('sign the bundle in a folder, or add a signature to one that others have signed')
    .argument('<source>', 'a folder with manifest.json and the parts, or a file that ends in .dsse.json')
    .option('--key <file>', 'PEM file with the private key; may be repeated', gather, [])
    .option('--out <file>', 'where the signed bundle goes; else beside the source')
    .option(...jsonOption)
    .addHelpText('after', signEnding)
  sign.action((source: string, { key: keys, out }: { key: readonly string[]; out?: string }) => {
    if (keys.length === 0) return sign.error('--key FILE is needed; ronctl config keygen makes one')
    const bare = source.replace(/\/+$/, '')
    const beside = bare.endsWith('.dsse.json') ? bare : `${bare}.dsse.json`
    return choose({ name: 'config sign', source: bare, keys, out: out ?? beside })
  })

  for (const [name, description] of [
    ['plan', 'show what a bundle would change, what restarts, and what speaks against it'],
    ['apply', 'put a bundle in force; nothing of it is when anything speaks against it'],
  ] as const) {
    const command = config
      .command(name)
      .description(description)
      .argument('<file>', 'the signed bundle')
      .option(...force)
      .option(...adminOption)
      .option(...jsonOption)
      .addHelpText('after', changeEnding(`ronctl config ${name} 7.dsse.json`))
    command.action((file: string, options: { admin?: string; force?: true }) => {
      const base = adminOf(command, options.admin)
      choose({ name: `config ${name}`, admin: base, file, force: options.force === true })
    })
  }

  const rollback = config
    .command('rollback')
    .description('go back to the version before, or to another that did well; also ends a probation')
    .argument('[version]', 'one that config history names; 0 is the node without a bundle')
    .option('--force', 'also to a version that has expired')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', changeEnding('ronctl config rollback'))
  rollback.action((written: string | undefined, options: { admin?: string; force?: true }) => {
    const version = written === undefined ? null : Number(written)
    if (version !== null && (!/^\d+$/.test(written ?? '') || !Number.isSafeInteger(version)))
      return rollback.error(`the version is a whole number; it is ${JSON.stringify(written)}`)
    const base = adminOf(rollback, options.admin)
    return choose({ name: 'config rollback', admin: base, version, force: options.force === true })
  })

  for (const [name, description] of [
    ['status', 'show which bundle is in force, who signed it, and who may'],
    ['history', 'show what became of the bundles the node was given'],
    ['drift', 'show where the node is not what its configuration says; exit code 1 when it is not'],
  ] as const) {
    const command = config
      .command(name)
      .description(description)
      .option(...adminOption)
      .option(...jsonOption)
      .addHelpText('after', changeEnding(`ronctl config ${name}`))
    command.action((options: { admin?: string }) => {
      choose({ name: `config ${name}`, admin: adminOf(command, options.admin) })
    })
  }
}

const keygenEnding = `
openssl genpkey -algorithm ed25519 makes the same, and openssl pkey -pubout its public half.
${exits}

Example:
  ronctl config keygen alice.pem --hybrid`

const signEnding = `
The folder holds manifest.json, {"version": 7, "expires": "2030-01-31T12:00:00Z"}, perhaps with "created" and
"min_node", and the parts: node.toml, quotas.toml, circuits.toml, policy.json, keys.json, those that there are.
Neither a node nor anybody else is asked.
${exits}

Examples:
  ronctl config sign ./bundle --key alice.pem --out 7.dsse.json
  ronctl config sign 7.dsse.json --key bob.pem`

function changeEnding(example: string): string {
  return `
RON_CAP is sent; plan, apply and rollback need the verb config.admin, also on loopback.
${exits}

Example:
  ${example} --admin http://127.0.0.1:9090`
}
