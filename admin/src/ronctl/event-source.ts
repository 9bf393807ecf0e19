/** Server-sent events of the admin surface, one after the other, within bounds (WHATWG HTML §9.2). */

import type { Fetch } from './admin-client.ts'
import type { Reply } from './admin-client.ts'
import { isObject, parsed } from './replies.ts'
import { piecesOf } from './pieces.ts'
import type { Json } from './plain.ts'

export type Item = { readonly [name: string]: Json }

export type Opened =
  | { readonly kind: 'open'; readonly items: AsyncIterable<Item> }
  /** Another status than 200. */
  | { readonly kind: 'refused'; readonly reply: Reply }

/** An event is no longer than this, or its sender is none of ours. */
const eventBytesMax = 1024 * 1024

/** Rejects when the node is not reached. Redirects are not followed, for the token would go along. */
export async function openEvents(
  fetch: Fetch,
  url: string,
  cap: string | null,
  signal: AbortSignal,
): Promise<Opened> {
  const headers = cap === null ? {} : { authorization: `Bearer ${cap}` }
  const response = await fetch(url, { headers, redirect: 'error', signal })
  if (response.status !== 200)
    return { kind: 'refused', reply: { status: response.status, text: await response.text() } }
  return { kind: 'open', items: itemsOf(piecesOf(response, signal)) }
}

/** Ends when its sender ends it; what is no event of JSON, such as a comment, is passed over. */
export async function* itemsOf(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Item> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of body) {
    text += decoder.decode(piece, { stream: true })
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    if (text.length > eventBytesMax) throw new Error(`an event has more than ${eventBytesMax} bytes`)
    for (const event of events) {
      const data = event.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []))
      const item = parsed(data.join('\n'))
      if (isObject(item)) yield item
    }
  }
}
