/** What `new SDK` is given, checked once so that a mistake is named where it was made. */

import type { Target } from '@ron/transport/client/way'
import { fromBase64 } from '@ron/transport/macaroon/base64'
import { MacaroonError } from '@ron/transport/macaroon/error'
import { Sessions, type SessionPorts } from './sessions.ts'

/** PEM texts. */
export interface ClientTls {
  /** Authorities to trust instead of those of the runtime. */
  readonly ca?: string
  /** What the node is shown, with its chain, and the key that belongs to it. */
  readonly cert?: string
  readonly key?: string
}

export interface Reached {
  readonly base: string
  /** Null where the runtime's own means do. */
  readonly target: Target | null
}

/** How a node is reached; `unix:/path` is a Unix socket. Throws a TypeError. */
export function checkedTarget(baseUrl: string, tls: ClientTls | undefined): Reached {
  const [, path = null] = /^unix:(\/.*)$/.exec(baseUrl) ?? []
  if (path !== null) {
    if (tls !== undefined) throw new TypeError('no TLS is spoken over a Unix socket; leave out tls')
    return { base: 'http://localhost', target: { kind: 'socket', path } }
  }
  const base = checkedBase(baseUrl)
  if (tls === undefined) return { base, target: null }
  if (!base.startsWith('https:'))
    throw new TypeError(`tls is for https, and baseUrl is ${baseUrl}; begin it with https://`)
  if ((tls.cert === undefined) !== (tls.key === undefined))
    throw new TypeError('tls.cert and tls.key belong together; give both, or neither')
  return { base, target: { kind: 'tls', trust: tls } }
}

/** The base URL without a slash at its end; a path may follow it. Throws a TypeError. */
export function checkedBase(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new TypeError(
      `baseUrl must be an http or https URL such as http://127.0.0.1:8080; it is ${baseUrl}`,
    )
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError('baseUrl must be scheme, host, port and at most a path; a token goes in cap')
  }
  return url.origin + url.pathname.replace(/\/+$/, '')
}

/**
 * The token without blanks around it; an empty one, as from an unset variable, is none. Throws a TypeError
 * that does not repeat the token.
 */
export function checkedCap(cap: string | undefined): string | undefined {
  const token = cap?.trim() ?? ''
  if (token === '') return undefined
  try {
    fromBase64(token)
    return token
  } catch (cause) {
    if (!(cause instanceof MacaroonError)) throw cause
    throw new TypeError(`cap is not a capability token: ${cause.message}; ${cause.fix}`, { cause })
  }
}

export interface SessionOptions {
  readonly carrier?: 'http' | 'oap'
  /** See `SdkOptions`. */
  readonly pq?: 'prefer' | 'require' | 'off' | undefined
  readonly node?: string | undefined
}

/** Null for a client that offers no sessions. Throws a TypeError for what would only look safe. */
export function checkedSessions(options: SessionOptions, ports: SessionPorts): Sessions | null {
  const { carrier = 'http', node } = options
  const mode = options.pq ?? (node === undefined ? 'prefer' : 'require')
  if (node !== undefined && !/^[0-9a-f]{64}$/.test(node))
    throw new TypeError('node must be the id of a node, 64 lower-case hex digits; /version tells it')
  if (node !== undefined && mode !== 'require')
    throw new TypeError(`node is verified in a session only; pq is ${mode} and must be require`)
  if (mode === 'require' && carrier === 'http')
    throw new TypeError("pq 'require' needs carrier 'oap': HTTP has no sessions")
  return mode === 'off' || carrier === 'http' ? null : new Sessions(mode, node ?? null, ports)
}

/** Throws a TypeError: without a slash in front, a path would change the host of the URL it is appended to. */
export function checkedPath(path: string): string {
  if (path.startsWith('/')) return path
  throw new TypeError(`a path begins with "/"; it is ${JSON.stringify(path)}`)
}
