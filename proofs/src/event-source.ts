/** A reader of server-sent events (WHATWG HTML §9.2) that takes one event when it is asked to. */

import { inTime } from './eventually.ts'

interface ServerEvent {
  readonly kind: string
  readonly data: string
}

export interface EventSource {
  readonly status: number
  readonly contentType: string | null
  /** The next event, or null when the stream has ended. Comments are passed over. */
  next(): Promise<ServerEvent | null>
  /** Leaves without a word, as a closed browser tab does. */
  leave(): void
}

/** Resolves with the head of the answer, when the subscription is under way or has been refused. */
export async function openEvents(url: string, token: string): Promise<EventSource> {
  const gone = new AbortController()
  const { status, headers, body } = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: gone.signal,
  })
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const take = (): ServerEvent | null => {
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n')
      text = text.slice(end + 2)
      const valueOf = (field: string) =>
        lines.find((line) => line.startsWith(`${field}: `))?.slice(field.length + 2)
      const data = valueOf('data')
      if (data !== undefined) return { kind: valueOf('event') ?? 'message', data }
    }
    return null
  }
  return {
    status,
    contentType: headers.get('content-type'),
    async next() {
      for (;;) {
        const event = take()
        if (event !== null) return event
        const piece = await (reader && inTime('an event', reader.read()))
        if (piece?.value === undefined) return null
        text += piece.value
      }
    },
    leave: () => gone.abort(),
  }
}
