/**
 * Uploading what is larger than a request: piece by piece, going on where the node says it is after whatever went
 * wrong. It is built on the operations of media and knows no carrier.
 */

import type { Api, CallOptions } from './api.ts'
import { ConnectionError, DeadlineError, NodeError } from './error.ts'

/** What `sdk.media` has beside its operations. */
export interface MediaTransfers {
  /**
   * Stores all of it under a name. Rejects with a RangeError for nothing at all, a NodeError, a ConnectionError or a
   * DeadlineError when the node gives up on it or does not answer for long, or the signal's reason.
   */
  upload(name: string, source: Blob | Uint8Array, options?: UploadOptions): Promise<Uploaded>
  /** The object, or one range of it (`bytes=0-99`), as a stream, over HTTP. */
  open(
    request: { readonly name: string; readonly range?: string; readonly if_range?: string },
    options?: CallOptions,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>
}

export interface UploadOptions extends CallOptions {
  /** Default: that of a Blob, or `application/octet-stream`. */
  readonly contentType?: string
  /** Of one request; at most what the node takes, 1 MiB unless it says less. Default 512 KiB, more for what is large. */
  readonly pieceBytes?: number
  /** An upload that was begun before, to go on with. */
  readonly upload?: string
  /** After the beginning and every piece; `upload` is what to go on with another time. */
  readonly onProgress?: (progress: UploadProgress) => void
}

export interface UploadProgress {
  readonly upload: string
  readonly sentBytes: number
  readonly bytes: number
}

export interface Uploaded {
  readonly upload: string
  readonly bytes: number
}

type Operations = Pick<Api['media'], 'create' | 'append' | 'get'>

const pieceBytesUsual = 524_288
/** As many as the node takes for one object. */
const piecesMax = 8_192
/** Tries in a row that bring nothing forward; each has retries and a deadline of its own. */
const vainMax = 5

export async function upload(
  media: Operations,
  name: string,
  source: Blob | Uint8Array,
  options: UploadOptions = {},
): Promise<Uploaded> {
  const { onProgress = () => {}, signal, timeoutMs } = options
  const call = { signal, timeoutMs }
  const bytes = source instanceof Blob ? source.size : source.length
  if (bytes === 0) throw new RangeError('there is nothing to upload; put an empty object with objects.put')
  const pieceBytes = options.pieceBytes ?? Math.max(pieceBytesUsual, Math.ceil(bytes / piecesMax))
  const id = options.upload ?? (await begun(media, name, source, bytes, options))
  const offset = async () => (await media.get({ name, upload: id }, call)).upload_offset ?? 0

  let at = options.upload === undefined ? 0 : await offset()
  for (let vain = 0; at < bytes;) {
    onProgress({ upload: id, sentBytes: at, bytes })
    const body = await bytesOf(source.slice(at, at + pieceBytes))
    const before = at
    try {
      at = (await media.append({ name, upload: id, upload_offset: at, body }, call)).upload_offset
    } catch (failure) {
      signal?.throwIfAborted()
      if (!mayGoOn(failure) || ++vain === vainMax) throw failure
      at = await offset()
    }
    if (at > before) vain = 0
  }
  onProgress({ upload: id, sentBytes: at, bytes })
  return { upload: id, bytes }
}

async function begun(
  media: Operations,
  name: string,
  source: Blob | Uint8Array,
  bytes: number,
  { contentType, signal, timeoutMs }: UploadOptions,
): Promise<string> {
  const type = contentType ?? (source instanceof Blob ? source.type : '')
  const named = type === '' ? {} : { content_type: type }
  return (await media.create({ name, bytes, ...named }, { signal, timeoutMs })).upload
}

async function bytesOf(piece: Blob | Uint8Array): Promise<Uint8Array> {
  return piece instanceof Blob ? new Uint8Array(await piece.arrayBuffer()) : piece
}

/** Whether it can be asked how far the node came: it was not reached, or it is further than was thought. */
function mayGoOn(failure: unknown): boolean {
  if (failure instanceof NodeError) return failure.problem.retryable || failure.code === 'Conflict'
  return failure instanceof ConnectionError || failure instanceof DeadlineError
}
