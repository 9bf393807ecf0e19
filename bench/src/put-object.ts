/** Puts an object over HTTP, as part of what a measurement needs to be there. */

import type { Server } from './child.ts'

/** Rejects unless it was taken. */
export async function putObject(
  { url, token }: Server,
  name: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' }
  const response = await fetch(`${url}/objects/${name}`, { method: 'PUT', headers, body })
  // Read to its end, or its connection is not used again.
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`PUT of ${name} was answered with ${response.status}`)
}
