/** Asks the admin surface of a node, once, and brings back what it said within bounds. */

import { piecesOf } from './pieces.ts'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface Reply {
  readonly status: number
  readonly text: string
}

/** A reply that is no text. */
export interface BytesReply {
  readonly status: number
  readonly bytes: Uint8Array
}

export type Asked<Answer = Reply> =
  { readonly ok: true; readonly reply: Answer } | { readonly ok: false; readonly because: string }

const replyBytesMax = 16 * 1024 * 1024
const timeoutMs = 10_000

/**
 * Never throws. `cap` is sent as a bearer token; redirects are not followed, for it would go along. Without `sent` it is a
 * GET.
 */
export async function askAdmin(
  fetch: Fetch,
  base: string,
  path: string,
  cap: string | null,
  sent: RequestInit = {},
  withinMs: number = timeoutMs,
): Promise<Asked> {
  const asked = await askAdminBytes(fetch, base, path, cap, sent, withinMs)
  if (!asked.ok) return asked
  const { status, bytes } = asked.reply
  return { ok: true, reply: { status, text: new TextDecoder().decode(bytes) } }
}

/** The same for what is no text. */
export async function askAdminBytes(
  fetch: Fetch,
  base: string,
  path: string,
  cap: string | null,
  sent: RequestInit = {},
  withinMs: number = timeoutMs,
): Promise<Asked<BytesReply>> {
  const headers = cap === null ? {} : { authorization: `Bearer ${cap}` }
  const signal = AbortSignal.timeout(withinMs)
  try {
    const response = await fetch(base + path, {
      ...sent,
      headers,
      redirect: 'error',
      signal,
    })
    const bytes = await bytesOf(response, signal)
    if (bytes === null) return { ok: false, because: `${base}${path} sent more than ${replyBytesMax} bytes` }
    return { ok: true, reply: { status: response.status, bytes } }
  } catch (error) {
    return { ok: false, because: `${base}${path} cannot be reached: ${reasonOf(error, withinMs)}` }
  }
}

async function bytesOf(response: Response, signal: AbortSignal): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of piecesOf(response, signal)) {
    bytes += chunk.length
    if (bytes > replyBytesMax) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown, withinMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${withinMs} ms`
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
