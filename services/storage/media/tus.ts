/** What tus 1.0.0 asks of the headers of an answer. */

import type { Progress } from './media.ts'

export const tusVersion = '1.0.0'
export const tusExtensions = 'creation,expiration,termination'
export const pieceType = 'application/offset+octet-stream'

/** Fields of how far an upload is. */
export interface ProgressFields {
  readonly upload_offset: number
  readonly tus: string
  readonly expires?: string
}

export function progressFields({ offset, expiresAtMs }: Progress): ProgressFields {
  const fields = { upload_offset: offset, tus: tusVersion }
  return expiresAtMs === null ? fields : { ...fields, expires: new Date(expiresAtMs).toUTCString() }
}

/** Where an upload is reached. */
export function locationOf({ name, id }: Progress): string {
  const path = name.split('/').map(encodeURIComponent).join('/')
  return `/media/${path}?upload=${id}`
}
