/**
 * Who is at the other end of a Unix socket, as the system knows it (unix(7), SO_PEERCRED). Node has no call for it, so
 * libc is asked, by way of koffi.
 */

import type { Socket } from 'node:net'

/** The user id of whoever connected; null when the connection is gone. */
export type PeerUser = (connection: Socket) => number | null

const solSocket = 1
const soPeercred = 17
/** `struct ucred`: pid, uid and gid, four bytes each. */
const ucredBytes = 12
const uidAt = 4

/** Processors whose Linux numbers the option as above; others have numbers of their own. */
const processors: ReadonlySet<string> = new Set([
  'x64',
  'arm64',
  'arm',
  'ia32',
  'riscv64',
  'loong64',
  's390x',
])

/** Rejects with a sentence where users cannot be told. */
export async function peerUser(
  platform: string = process.platform,
  processor: string = process.arch,
): Promise<PeerUser> {
  if (platform !== 'linux' || !processors.has(processor))
    throw new Error(`the users of a Unix socket cannot be told on ${platform} ${processor}`)
  const getsockopt = await loaded()
  return (connection) => {
    const descriptor = descriptorOf(connection)
    if (descriptor === null) return null
    const credentials = new Uint8Array(ucredBytes)
    const length = [ucredBytes]
    const failed = getsockopt(descriptor, solSocket, soPeercred, credentials, length) !== 0
    if (failed || length[0] !== ucredBytes) return null
    const view = new DataView(credentials.buffer)
    return view.getUint32(uidAt, littleEndian)
  }
}

type Getsockopt = (
  descriptor: number,
  level: number,
  name: number,
  value: Uint8Array,
  length: number[],
) => number

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

async function loaded(): Promise<Getsockopt> {
  try {
    const { load } = await import('koffi')
    return load(null).func('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)')
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`koffi, which asks for the users of a Unix socket, cannot be loaded (${because})`, {
      cause,
    })
  }
}

/** Null once the connection is closed. */
function descriptorOf(connection: Socket): number | null {
  const handle: unknown = Reflect.get(connection, '_handle')
  const descriptor: unknown = typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'fd') : null
  return typeof descriptor === 'number' && descriptor >= 0 ? descriptor : null
}
