/** The commands about zero-knowledge proofs, as the command line of `ronctl` declares them. */

import type { Command } from 'commander'
import { adminOption, jsonOption, type AdminOf } from './options.ts'

export type ZkInvocation =
  | { readonly name: 'zk circuits' }
  | { readonly name: 'zk self-test'; readonly admin: string }
  /** Without a key the node's own word for it is taken. */
  | { readonly name: 'zk keys'; readonly admin: string; readonly key: string | null }
  | {
      readonly name: 'zk prove'
      readonly circuit: string
      /** A path, or `-` for standard input. */
      readonly witness: string
      readonly verifier: string
      /** 16 bytes in hex. */
      readonly nonce: string
    }

interface ProveOptions {
  readonly witness: string
  readonly verifier: string
  readonly nonce: string
}

export function declareZk(
  program: Command,
  adminOf: AdminOf,
  choose: (invocation: ZkInvocation) => void,
): void {
  const zk = program
    .command('zk')
    .description('prove statements for a node to verify, under development keys')

  zk.command('circuits')
    .description('list what can be proven, each as a node pins it')
    .option(...jsonOption)
    .action(() => choose({ name: 'zk circuits' }))

  const keys = zk
    .command('keys')
    .description('verify which verifying keys a node says that it verifies proofs with')
    .option(...adminOption)
    .option('--key <key>', 'the key that its statement is verified with, as name+id+base64')
    .option(...jsonOption)
    .addHelpText('after', keysEnding)
  keys.action(({ admin, key }: { admin?: string; key?: string }) =>
    choose({ name: 'zk keys', admin: adminOf(keys, admin), key: key ?? null }),
  )

  const selfTest = zk
    .command('self-test')
    .description('have a node test each of its circuits with a good and a bad proof')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', selfTestEnding)
  selfTest.action(({ admin }: { admin?: string }) =>
    choose({ name: 'zk self-test', admin: adminOf(selfTest, admin) }),
  )

  zk.command('prove')
    .description('prove what a witness shows, for one occasion')
    .argument('<circuit>', 'such as quota-compliance')
    .requiredOption('--witness <file>', 'a JSON file with the witness, or - for standard input')
    .requiredOption('--verifier <name>', 'the node that is to verify it (zk-verify.verifier)')
    .requiredOption('--nonce <hex>', 'the 16 bytes that whoever wants the proof gave for it, in hex')
    .option(...jsonOption)
    .addHelpText('after', proveEnding)
    .action((circuit: string, { witness, verifier, nonce }: ProveOptions) =>
      choose({ name: 'zk prove', circuit, witness, verifier, nonce }),
    )
}

const keysEnding = `
Without --key the node's own word for its key is taken; whoever does not trust it notes the key beforehand.
Exit codes: 0 they are these, 1 the statement is not signed or there is none, 2 the command line is wrong.

Example:
  ronctl zk keys --admin http://127.0.0.1:9090 --key 'localhost/audit/zk+1f0c…+AQ…'`

const selfTestEnding = `
RON_CAP is sent, and needs the verb zk.admin, also on loopback. A circuit that fails is closed until the
service starts again.
Exit codes: 0 the node has tested them, 1 refused or not reached, 2 the command line is wrong.

Example:
  ronctl zk self-test --admin http://127.0.0.1:9090`

const proveEnding = `
Nothing leaves this machine but what is printed: the public inputs and the proof. Everybody can make proofs under
development keys, of anything; docs/ZK.md says what a key for production needs.
Exit codes: 0 proven, 1 there is nothing to prove or no such circuit, 2 the command line is wrong.

Example:
  echo '{"key":7,"epoch":20260,"used":41,"blinding":9,"limit":100}' |
    ronctl zk prove quota-compliance --witness - --verifier micro --nonce 000102030405060708090a0b0c0d0e0f`
