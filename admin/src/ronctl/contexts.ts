/**
 * The contexts of whoever runs `ronctl`: nodes by name, each with its addresses and where its token comes from. Pure; where
 * the file lies and who may read it is the business of others.
 */

/** Where a token comes from. `value` is the token itself, which is there only when somebody said so. */
export type TokenSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'value'; readonly value: string }

/** Files in PEM for https; null leaves it at what the runtime trusts, or shows nothing. */
export interface TlsFiles {
  /** Authorities to trust instead of those of the runtime. */
  readonly ca: string | null
  /** What the node is shown, and its key. */
  readonly cert: string | null
  readonly key: string | null
}

export const noTls: TlsFiles = { ca: null, cert: null, key: null }

export interface Context {
  readonly admin: string
  /** The node's own address; null leaves it to the admin surface to tell. */
  readonly url: string | null
  readonly token: TokenSource
  readonly tls: TlsFiles
}

export interface Contexts {
  /** Null when none is in use. */
  readonly current: string | null
  readonly all: ReadonlyMap<string, Context>
}

export const noContexts: Contexts = { current: null, all: new Map() }
export const contextsMax = 100
const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** What stands against a name; null when it may be one. */
export function nameObjection(name: string): string | null {
  if (nameForm.test(name)) return null
  return `a context's name is up to 64 letters, digits, dots, dashes and underscores; it is ${JSON.stringify(name)}`
}

/** Throws a sentence for what is no file of contexts. */
export function parseContexts(text: string): Contexts {
  const top = membersOf(jsonOf(text), 'the file', ['current', 'contexts'])
  const entries = Object.entries(objectOf(top['contexts'] ?? {}, 'contexts'))
  if (entries.length > contextsMax) throw new Error(`there are more than ${contextsMax} contexts`)
  const all = new Map(entries.map(([name, value]) => [name, contextOf(name, value)]))
  const current = top['current'] ?? null
  if (current !== null && typeof current !== 'string') throw new Error('current is the name of a context')
  return { current, all }
}

/** As it is written to the file. */
export function formatContexts({ current, all }: Contexts): string {
  const contexts = Object.fromEntries(
    [...all].map(([name, { admin, url, token, tls }]) => [
      name,
      { admin, ...(url === null ? {} : { url }), ...written(token), ...given(tls) },
    ]),
  )
  return `${JSON.stringify({ ...(current === null ? {} : { current }), contexts }, null, 2)}\n`
}

/** What a person may see of a context: where its token comes from, and never a token. */
export function shown(name: string, { admin, url, token, tls }: Context, current: string | null) {
  return { name, current: name === current, admin, url, token: told(token), ...given(tls) }
}

/** Those files that there are. */
function given(tls: TlsFiles): Partial<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(tls).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}

/** What stands against files for https; null when they may be used. */
export function tlsObjection(
  { ca, cert, key }: TlsFiles,
  addresses: readonly (string | null)[],
): string | null {
  if ((cert === null) !== (key === null)) return 'cert and key belong together; give both, or neither'
  const plain = addresses.find((address) => address !== null && !address.startsWith('https://'))
  if (plain === undefined || (ca === null && cert === null)) return null
  return `ca, cert and key are for https, and ${plain} is not`
}

export function withContext({ current, all }: Contexts, name: string, context: Context): Contexts {
  if (!all.has(name) && all.size >= contextsMax)
    throw new Error(
      `there are ${contextsMax} contexts, the most there may be; ronctl context remove one first`,
    )
  return { current, all: new Map([...all, [name, context]]) }
}

export function withoutContext({ current, all }: Contexts, name: string): Contexts {
  return {
    current: current === name ? null : current,
    all: new Map([...all].filter(([other]) => other !== name)),
  }
}

function written(token: TokenSource): object {
  switch (token.kind) {
    case 'none':
      return {}
    case 'file':
      return { token_file: token.path }
    case 'environment':
      return { token_env: token.variable }
    case 'value':
      return { token: token.value }
  }
}

function told(token: TokenSource): string {
  switch (token.kind) {
    case 'none':
      return 'none'
    case 'file':
      return `the file ${token.path}`
    case 'environment':
      return `the variable ${token.variable}`
    case 'value':
      return 'kept in the file of contexts'
  }
}

function contextOf(name: string, value: unknown): Context {
  const wrong = nameObjection(name)
  if (wrong !== null) throw new Error(wrong)
  const members = membersOf(value, `the context ${name}`, [
    'admin',
    'url',
    'token_file',
    'token_env',
    'token',
    'ca',
    'cert',
    'key',
  ])
  const text = (member: string): string | null => {
    const given = members[member] ?? null
    if (given === null || (typeof given === 'string' && given !== '')) return given
    throw new Error(`${member} of the context ${name} is a text`)
  }
  const admin = text('admin')
  if (admin === null) throw new Error(`the context ${name} has no admin address`)
  const [url, tls] = [text('url'), { ca: text('ca'), cert: text('cert'), key: text('key') }]
  const objection = tlsObjection(tls, [admin, url])
  if (objection !== null) throw new Error(`the context ${name}: ${objection}`)
  return { admin, url, token: sourceOf(name, text), tls }
}

function sourceOf(name: string, text: (member: string) => string | null): TokenSource {
  const [path, variable, value] = [text('token_file'), text('token_env'), text('token')]
  if ([path, variable, value].filter((given) => given !== null).length > 1)
    throw new Error(`the context ${name} has several of token_file, token_env and token; it may have one`)
  if (path !== null) return { kind: 'file', path }
  if (variable !== null) return { kind: 'environment', variable }
  return value === null ? { kind: 'none' } : { kind: 'value', value }
}

type Members = Readonly<Record<string, unknown>>

function membersOf(value: unknown, what: string, known: readonly string[]): Members {
  const members = objectOf(value, what)
  const stranger = Object.keys(members).find((name) => !known.includes(name))
  if (stranger === undefined) return members
  throw new Error(`${what} has a member ${JSON.stringify(stranger)}; it may have ${known.join(', ')}`)
}

function objectOf(value: unknown, what: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw new Error(`${what} is no JSON object`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The complaint of the parser quotes what it read, and that may be a token.
    throw new Error('the file is no JSON')
  }
}
