/**
 * Which context a command runs in, and what that gives it: addresses, as if they stood in the environment, and a token that
 * goes to no other address. What the command line and the environment say themselves wins over it.
 */

import { dirname, isAbsolute, join } from 'node:path'
import type { Fetch } from './admin-client.ts'
import { noContexts, parseContexts, type Context, type Contexts } from './contexts.ts'
import { socketBase } from './socket-address.ts'
import { trusting, type TrustFiles } from './trusted.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Files of contexts, some of which hold secrets. */
export interface PrivateFiles extends TrustFiles {
  /** For nobody else to read; all of it or nothing. */
  writePrivate(path: string, bytes: Uint8Array): Promise<void>
}

export interface ContextWorld {
  readonly environment: Environment
  readonly files: PrivateFiles
  readonly fetch: Fetch
}

export interface InContext {
  /** What there was, and under it what the context says. */
  readonly environment: Environment
  /** Null when there is none, or it is for another address than the command is. */
  readonly contextToken: string | null
  /** The context that was used; null without one. */
  readonly context: string | null
  /** Trusts, and shows, what the context says. */
  readonly fetch: Fetch
}

export type Sought =
  | ({ readonly ok: true } & InContext)
  /** `named` says that the context was asked for, so that nothing may go on without it. */
  | { readonly ok: false; readonly named: boolean; readonly because: string }

/** Never rejects. */
export async function inContext(argv: readonly string[], world: ContextWorld): Promise<Sought> {
  const { environment, fetch } = world
  const wanted = optionOf(argv, '--context') ?? nonEmpty(environment['RON_CONTEXT'])
  try {
    const path = contextsPath(environment)
    const contexts = path === null ? noContexts : await readContexts(path, world)
    const name = wanted ?? contexts.current
    if (name === null) return { ok: true, environment, contextToken: null, context: null, fetch }
    const context = contexts.all.get(name)
    if (context === undefined)
      throw new Error(`there is no context ${name}; ronctl context list has them all`)
    return { ok: true, ...(await within(name, context, argv, world)) }
  } catch (error) {
    return {
      ok: false,
      named: wanted !== null,
      because: error instanceof Error ? error.message : String(error),
    }
  }
}

/** Null where there is no place for it. A path that is not absolute is passed over (XDG Base Directory §3). */
export function contextsPath(environment: Environment): string | null {
  const { XDG_CONFIG_HOME: config = '', HOME: home = '' } = environment
  if (isAbsolute(config)) return join(config, 'ronctl', 'contexts.json')
  return isAbsolute(home) ? join(home, '.config', 'ronctl', 'contexts.json') : null
}

/** Rejects with a sentence. */
export async function readContexts(path: string, { files }: ContextWorld): Promise<Contexts> {
  const bytes = await files.readPrivate(path)
  if (bytes === null) return noContexts
  try {
    return parseContexts(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw new Error(`${path} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
}

async function within(
  name: string,
  context: Context,
  argv: readonly string[],
  world: ContextWorld,
): Promise<InContext> {
  const { environment } = world
  const given = { RON_ADMIN: nonEmpty(environment['RON_ADMIN']), RON_URL: nonEmpty(environment['RON_URL']) }
  const admin = optionOf(argv, '--admin') ?? given.RON_ADMIN
  const elsewhere =
    (admin !== null && bare(admin) !== bare(context.admin)) ||
    (given.RON_URL !== null &&
      ![context.url ?? '', context.admin].some((own) => sameHost(own, given.RON_URL)))
  const wins = nonEmpty(environment['RON_CAP']) !== null
  const contextToken = elsewhere || wins ? null : await tokenOf(context, world)
  const url = given.RON_URL ?? (elsewhere ? undefined : (context.url ?? undefined))
  return {
    environment: { ...environment, RON_ADMIN: given.RON_ADMIN ?? context.admin, RON_URL: url },
    contextToken,
    context: elsewhere ? null : name,
    fetch: elsewhere ? world.fetch : await trusting(world.fetch, context.tls, world.files),
  }
}

async function tokenOf({ token }: Context, { environment, files }: ContextWorld): Promise<string | null> {
  switch (token.kind) {
    case 'none':
      return null
    case 'value':
      return token.value
    case 'environment':
      return nonEmpty(environment[token.variable]?.trim())
    case 'file': {
      const bytes = await files.readPrivate(token.path)
      if (bytes === null) throw new Error(`${token.path} is missing, where the token of this context is`)
      return nonEmpty(new TextDecoder().decode(bytes).trim())
    }
  }
}

/** The value of an option, wherever it stands before `--`; null without one. */
function optionOf(argv: readonly string[], name: string): string | null {
  const end = argv.indexOf('--')
  const words = end === -1 ? argv : argv.slice(0, end)
  const at = words.lastIndexOf(name)
  const joined = words.findLast((word) => word.startsWith(`${name}=`))
  return joined?.slice(name.length + 1) ?? (at === -1 ? null : (words[at + 1] ?? null))
}

/** A node and its admin surface are on one host, or their sockets in one folder. */
function sameHost(own: string, url: string | null): boolean {
  const [a, b] = [bare(own), bare(url ?? '')]
  if ([a, b].some((one) => one.startsWith('unix:'))) return dirname(a) === dirname(b)
  return URL.canParse(a) && URL.canParse(b) && new URL(a).hostname === new URL(b).hostname
}

function bare(url: string): string {
  return socketBase(url) ?? (url.includes('://') ? url : `http://${url}`).replace(/\/+$/, '')
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}
