/**
 * Unix sockets that only this user can reach: made in a folder of mode 0700, with mode 0600. What a process left
 * behind that ended without a farewell is replaced; a socket that somebody listens on, and anything else, is not.
 */

import { lstatSync, mkdirSync, statSync, unlinkSync, type Stats } from 'node:fs'
import { connect, type Server } from 'node:net'
import { dirname } from 'node:path'

/** The shortest `sun_path` there is, that of macOS, without the zero at its end. Longer names would be cut. */
const pathBytesMax = 103

/** Who names the path, for the sentences; and whose folder it is. */
export interface SocketPlace {
  /** The key of the setting. */
  readonly key: string
  readonly path: string
}

/** Makes or checks the folder and the name, then listens. Rejects with a sentence that names setting, path and fault. */
export async function listenPrivately(server: Server, place: SocketPlace): Promise<void> {
  const { key, path } = place
  const refuse = (sentence: string, cause?: unknown) => new Error(`${key}: ${sentence}`, { cause })
  const bytes = Buffer.byteLength(path)
  if (bytes > pathBytesMax)
    throw refuse(`${path} has ${bytes} bytes; a Unix socket has at most ${pathBytesMax}, use a shorter path`)
  try {
    ownFolder(dirname(path))
    await clear(path)
    await listenAs(server, path)
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

/** Listens at a path where nothing lies. The name is made within the call, for nobody but this user. */
export function listenAs(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) =>
      reject(new Error(`nothing can listen at ${path} (${cause.message})`, { cause }))
    server.once('error', failed)
    const before = process.umask(0o177)
    try {
      server.listen(path, () => {
        server.off('error', failed)
        resolve()
      })
    } finally {
      process.umask(before)
    }
  })
}

/** Makes the last folder of the way, or sees that it is this user's alone. */
function ownFolder(folder: string): void {
  const user = process.getuid?.()
  if (user === undefined) throw new Error('this system has no users to keep apart; leave the setting empty')
  const found = lookAt(folder, statSync)
  if (found === undefined) {
    mkdirSync(folder, { mode: 0o700 })
    return
  }
  if (!found.isDirectory()) throw new Error(`${folder} is no folder; name a path in one`)
  if (found.uid !== user) {
    throw new Error(
      `the folder ${folder} belongs to user ${found.uid} and this is ${user}; give the node a folder of its own`,
    )
  }
  if ((found.mode & 0o077) !== 0)
    throw new Error(`the folder ${folder} is open to others than its owner; chmod 700 "${folder}"`)
}

/** Takes away a socket that nobody listens on any more. */
async function clear(path: string): Promise<void> {
  const found = lookAt(path, lstatSync)
  if (found === undefined) return
  if (!found.isSocket())
    throw new Error(`${path} is there and is no socket; move it away, or name another path`)
  if (await answers(path))
    throw new Error(`another process listens at ${path}; stop it, or name another path`)
  // Not what somebody else has put there meanwhile: that makes the call that listens fail.
  if (lookAt(path, lstatSync)?.ino === found.ino) unlinkSync(path)
}

/** Whether somebody listens. Rejects when that cannot be told. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      const { code = '' } = cause
      if (code === 'ECONNREFUSED' || code === 'ENOENT') resolve(false)
      // Its queue is full, so it has one.
      else if (code === 'EAGAIN') resolve(true)
      else
        reject(new Error(`whether somebody listens at ${path} cannot be told (${cause.message})`, { cause }))
    })
  })
}

function lookAt(path: string, look: (path: string, options: { throwIfNoEntry: false }) => Stats | undefined) {
  return look(path, { throwIfNoEntry: false })
}
