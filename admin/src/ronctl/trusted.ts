/** `fetch` for the addresses of a context that has authorities or a certificate of its own. */

import { wayTo } from '@ron/transport/client/way'
import type { Fetch } from './admin-client.ts'
import type { TlsFiles } from './contexts.ts'

/** Files of whoever runs the command. */
export interface TrustFiles {
  /** Null when it is missing. */
  read(path: string): Promise<Uint8Array | null>
  /** Null when it is missing. Rejects with a sentence when others may read it. */
  readPrivate(path: string): Promise<Uint8Array | null>
}

/** The same without any. Rejects with a sentence that names the file and the fault. */
export async function trusting(fetch: Fetch, tls: TlsFiles, files: TrustFiles): Promise<Fetch> {
  const { ca, cert, key } = tls
  if (ca === null && cert === null) return fetch
  const trust = {
    ...(ca === null ? {} : { ca: await textOf(ca, (path) => files.read(path)) }),
    ...(cert === null ? {} : { cert: await textOf(cert, (path) => files.read(path)) }),
    ...(key === null ? {} : { key: await textOf(key, (path) => files.readPrivate(path)) }),
  }
  const way = wayTo({ kind: 'tls', trust })
  return (url, init) => (url.startsWith('https:') ? way.fetch(url, init) : fetch(url, init))
}

async function textOf(path: string, read: (path: string) => Promise<Uint8Array | null>): Promise<string> {
  const bytes = await read(path)
  if (bytes === null) throw new Error(`${path} is missing, which this context needs for https`)
  return new TextDecoder().decode(bytes)
}
