/** The Unix sockets of a node: for each surface a place beside its port, and whom it is open to. */

import type { Place } from '@ron/transport/listener/node-listener'
import type { NodeConfig } from '../config/node-config.ts'
import { peerUser } from '../system/peer-user.ts'
import { listenPrivately } from '../system/private-socket.ts'

export interface Places {
  readonly node: Place | null
  readonly admin: Place | null
}

/** Rejects with a sentence when users are to be told apart and cannot be. */
export async function placesOf({ uds }: Pick<NodeConfig, 'uds'>): Promise<Places> {
  const { path, adminPath, allowUids } = uds
  const asked = path !== '' || adminPath !== ''
  const admits = asked && allowUids.length > 0 ? await admitting(new Set(allowUids)) : () => true
  const place = (key: string, at: string): Place | null =>
    at === '' ? null : { admits, listen: (door) => listenPrivately(door, { key, path: at }) }
  return { node: place('uds.path', path), admin: place('uds.admin_path', adminPath) }
}

async function admitting(uids: ReadonlySet<number>): Promise<Place['admits']> {
  try {
    const userOf = await peerUser()
    return (connection) => {
      const user = userOf(connection)
      return user !== null && uids.has(user)
    }
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`uds.allow_uids: ${because}; leave it empty, and the modes of the files decide`, {
      cause,
    })
  }
}
