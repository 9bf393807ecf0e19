/** Asks the admin surface of a node, once, and brings back what it said within bounds. */

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export interface Reply {
  readonly status: number
  readonly text: string
}

export type Asked =
  { readonly ok: true; readonly reply: Reply } | { readonly ok: false; readonly because: string }

const replyBytesMax = 16 * 1024 * 1024
const timeoutMs = 10_000

/** Never throws. `cap` is sent as a bearer token; redirects are not followed, for it would go along. */
export async function askAdmin(fetch: Fetch, base: string, path: string, cap: string | null): Promise<Asked> {
  const headers = cap === null ? {} : { authorization: `Bearer ${cap}` }
  try {
    const response = await fetch(base + path, {
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const text = await textOf(response)
    if (text === null) return { ok: false, because: `${base}${path} sent more than ${replyBytesMax} bytes` }
    return { ok: true, reply: { status: response.status, text } }
  } catch (error) {
    return { ok: false, because: `${base}${path} cannot be reached: ${reasonOf(error)}` }
  }
}

async function textOf(response: Response): Promise<string | null> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > replyBytesMax) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
