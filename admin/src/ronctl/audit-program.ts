/** The commands about the audit log, as the command line of `ronctl` declares them. */

import type { Command } from 'commander'
import type { Against } from './audit.ts'
import { type AdminOf, adminOption, exits, jsonOption } from './options.ts'
import type { ZkOccasion } from './zk.ts'

/** Where a log is read, and the key it is verified with. */
export type Place =
  /** Without a key the node's own word for it is taken. */
  | { readonly kind: 'node'; readonly admin: string; readonly key: string | null }
  | { readonly kind: 'folder'; readonly folder: string; readonly key: string }

export type AuditInvocation =
  | {
      readonly name: 'audit tail'
      readonly admin: string
      readonly from: number | null
      readonly limit: number | null
    }
  | {
      readonly name: 'audit prove'
      readonly place: Place
      readonly index: number
      /** Whom a proof is for that does not say which record it is; null for one that does. */
      readonly occasion: ZkOccasion | null
    }
  | { readonly name: 'audit verify'; readonly place: Place; readonly against: Against }
  | { readonly name: 'audit mirror'; readonly admin: string; readonly folder: string }

interface PlaceOptions {
  readonly admin?: string
  readonly dir?: string
  readonly key?: string
}

interface OccasionOptions {
  readonly zk?: boolean
  readonly verifier?: string
  readonly nonce?: string
}

/** `adminOf` reads the admin address, and complains of a wrong one. */
export function declareAudit(
  program: Command,
  adminOf: AdminOf,
  choose: (invocation: AuditInvocation) => void,
): void {
  const audit = program.command('audit').description('read the audit log of a node, and verify it')
  const placed = (command: Command) =>
    command
      .option(...adminOption)
      .option('--dir <folder>', 'a folder with the files of the log, instead of a node')
      .option('--key <key>', "the log's public key, as name+id+base64; needed with --dir")
      .option(...jsonOption)

  const tail = audit
    .command('tail')
    .description('show the last records, or those from one on')
    .option('--from <n>', 'the first record to show')
    .option('--limit <n>', 'how many at most, up to 256')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', tailEnding)
  tail.action((options: { from?: string; limit?: string; admin?: string }) => {
    const from = countOf(tail, '--from', options.from)
    const limit = countOf(tail, '--limit', options.limit)
    choose({ name: 'audit tail', admin: adminOf(tail, options.admin), from, limit })
  })

  const prove = placed(audit.command('prove'))
    .description('prove that a record is in the log that the checkpoint signs')
    .argument('<record>', 'its number')
    .option('--zk', 'in zero knowledge: the proof says neither which record it is nor what lies beside it')
    .option('--verifier <name>', 'with --zk: the node that is to verify it (zk-verify.verifier)')
    .option('--nonce <hex>', 'with --zk: the 16 bytes that whoever wants the proof gave for it, in hex')
    .addHelpText('after', proveEnding)
  prove.action((written: string, options: PlaceOptions & OccasionOptions) => {
    const index = countOf(prove, 'the record', written) ?? 0
    const [place, occasion] = [placeOf(prove, options, adminOf), occasionOf(prove, options)]
    if (occasion !== null && place.kind === 'folder')
      prove.error('--zk asks the node for the place of the record; leave --dir out')
    choose({ name: 'audit prove', index, place, occasion })
  })

  const verify = placed(audit.command('verify'))
    .description('verify every record, every tile and the signature')
    .argument('[folder]', 'the same as --dir')
    .option('--since <file>', 'an older checkpoint, which the log must continue')
    .option(
      '--statement <file>',
      'a checkpoint that signs a root of Poseidon, which must be over its records',
    )
    .addHelpText('after', verifyEnding)
  verify.action((folder: string | undefined, options: PlaceOptions & Partial<Against>) => {
    if (folder !== undefined && options.dir !== undefined) return verify.error('name the folder once')
    const place = placeOf(verify, folder === undefined ? options : { ...options, dir: folder }, adminOf)
    const { since = null, statement = null } = options
    choose({ name: 'audit verify', place, against: { since, statement } })
  })

  const mirror = audit
    .command('mirror')
    .description('copy the files of the log to a folder, which any web server can serve')
    .argument('<folder>', 'it is made if need be; what is in it is kept')
    .option(...adminOption)
    .option(...jsonOption)
    .addHelpText('after', mirrorEnding)
  mirror.action((folder: string, options: { admin?: string }) => {
    choose({ name: 'audit mirror', admin: adminOf(mirror, options.admin), folder })
  })
}

function placeOf(command: Command, { admin, dir: folder, key }: PlaceOptions, adminOf: AdminOf): Place {
  if (folder === undefined) return { kind: 'node', admin: adminOf(command, admin), key: key ?? null }
  if (admin !== undefined) return command.error('--admin and --dir exclude each other')
  if (key === undefined) return command.error('--dir needs --key: what is in a folder vouches for nothing')
  return { kind: 'folder', folder, key }
}

function occasionOf(command: Command, { zk = false, verifier, nonce }: OccasionOptions): ZkOccasion | null {
  if (zk && verifier !== undefined && nonce !== undefined) return { verifier, nonce: nonce.toLowerCase() }
  if (!zk && verifier === undefined && nonce === undefined) return null
  return command.error('--zk, --verifier and --nonce go together: name all three or none')
}

function countOf(command: Command, what: string, written: string | undefined): number | null {
  if (written === undefined) return null
  const count = Number(written)
  if (/^\d+$/.test(written) && Number.isSafeInteger(count)) return count
  return command.error(`${what} is a whole number; it is ${JSON.stringify(written)}`)
}

const tailEnding = `
Where the admin surface asks for a capability, RON_CAP is sent; it needs the verb audit.read.
${exits}

Example:
  ronctl audit tail --limit 20 --admin http://127.0.0.1:9090`

const proveEnding = `
Without --key the node's own word for its key is taken; whoever does not trust it notes the key beforehand.
${exits}

Examples:
  ronctl audit prove 17 --admin http://127.0.0.1:9090
  ronctl audit prove 17 --dir ./log --key 'localhost/audit+1f0c…+AQ…'
  ronctl audit prove 17 --zk --verifier micro --nonce 000102030405060708090a0b0c0d0e0f

With --zk the record is shown to you and its hash to the verifier; neither its number nor any other record is. Proofs
are made under development keys, under which everybody can prove anything; see docs/ZK.md.`

const verifyEnding = `
With --dir nobody is asked: the files and the key are all it takes. A statement comes with the proof of \`audit prove
--zk --json\`, and with \`GET /api/v1/audit/place\`; to compute its root again takes ten seconds at most.
${exits}

Examples:
  ronctl audit verify --dir ./log --key 'localhost/audit+1f0c…+AQ…'
  ronctl audit verify --dir ./log --key 'localhost/audit+1f0c…+AQ…' --since ./yesterday/checkpoint
  ronctl audit verify --dir ./log --key 'localhost/audit+1f0c…+AQ…' --statement ./statement`

const mirrorEnding = `
What was copied before is not copied again. The checkpoint comes last, so that a copy is never ahead
of itself.
${exits}

Example:
  ronctl audit mirror ./log --admin http://127.0.0.1:9090`
