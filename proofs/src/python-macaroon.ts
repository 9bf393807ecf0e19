/**
 * Macaroons made in another language by another implementation, pymacaroons: what it mints, attenuates and binds, the
 * node must take, and what is made here, it must verify. A process of it answers one question after another.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { needPython } from './programs.ts'

const script = fileURLToPath(new URL('../src/foreign/macaroons.py', import.meta.url))
const python = spawn(needPython('pymacaroons'), [script], { stdio: ['pipe', 'pipe', 'inherit'] })
const lines = createInterface(python.stdout)
after(() => python.stdin.end())
let last: Promise<unknown> = Promise.resolve()

/** A macaroon of its own. */
export function pythonMint(
  keyHex: string,
  identifier: string,
  ...caveats: readonly string[]
): Promise<string> {
  return answered('mint', keyHex, identifier, '', ...caveats)
}

/** The same with a hint where it is good. */
export function pythonMintAt(location: string, keyHex: string, identifier: string): Promise<string> {
  return answered('mint', keyHex, identifier, location)
}

/** The token under further caveats. */
export function pythonAttenuate(token: string, ...caveats: readonly string[]): Promise<string> {
  return answered('attenuate', token, ...caveats)
}

/** A caveat that somebody else discharges. */
export interface PythonCaveat {
  readonly location: string
  /** Of the caveat, in hex; whoever has it discharges it. */
  readonly key: string
  readonly identifier: string
}

/** The token under a further caveat that somebody else discharges. */
export function pythonAskThirdParty(
  token: string,
  { location, key, identifier }: PythonCaveat,
): Promise<string> {
  return answered('ask_third_party', token, location, key, identifier)
}

/** A discharge with the key of a caveat, not yet bound. */
export function pythonDischargeOf(
  { key, identifier }: Pick<PythonCaveat, 'key' | 'identifier'>,
  ...caveats: readonly string[]
): Promise<string> {
  return answered('discharge', key, Buffer.from(identifier).toString('base64'), ...caveats)
}

/** The token with its discharges, bound to it. */
export function pythonBind(token: string, ...discharges: readonly string[]): Promise<string> {
  return answered('bind', token, ...discharges)
}

/** What the issuer with this key is asked, and the token with its discharge under these caveats, bound to it. */
export async function pythonDischarge(
  keyHex: string,
  token: string,
  ...caveats: readonly string[]
): Promise<{ readonly asked: string; readonly token: string }> {
  const { identifier, key, predicate } = await answered<{
    readonly identifier: string
    readonly key: string
    readonly predicate: string
  }>('asked', keyHex, token)
  const discharge = await answered<string>('discharge', key, identifier, ...caveats)
  return { asked: predicate, token: await pythonBind(token, discharge) }
}

/** Whether a token and its bound discharges are good under a root key when just these predicates hold. Rejects when not. */
export function pythonVerify(
  keyHex: string,
  predicates: readonly string[],
  token: string,
  ...bound: readonly string[]
): Promise<true> {
  return answered('verify', keyHex, predicates, token, ...bound)
}

/** One question at a time, since an answer does not say what it answers. */
function answered<Answer>(...question: readonly (string | readonly string[])[]): Promise<Answer> {
  const answer = last.then(async () => {
    python.stdin.write(`${JSON.stringify(question)}\n`)
    const [line]: string[] = await once(lines, 'line')
    const { ok, refused }: { ok?: Answer; refused?: string } = JSON.parse(line ?? '{}')
    if (ok === undefined) throw new Error(`pymacaroons refuses: ${refused}`)
    return ok
  })
  last = answer.catch(() => {})
  return answer
}
