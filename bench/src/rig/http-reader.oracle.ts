/** All answers in all bytes of a connection, by cutting at what HTTP says and nothing else. */

import type { Answer } from './answers.ts'

export function readAll(text: string): readonly Answer[] {
  const [head, ...rest] = text.split('\r\n\r\n')
  if (head === undefined || rest.length === 0) return []
  const [first = '', ...lines] = head.split('\r\n')
  const headers = new Map(
    lines.map((line) => [line.split(':')[0]?.toLowerCase(), line.split(':')[1]?.trim()]),
  )
  const length = Number(headers.get('content-length') ?? 0)
  const after = rest.join('\r\n\r\n')
  if (after.length < length) return []
  const answer = {
    status: Number(first.split(' ')[1]),
    retryAfter: headers.has('retry-after'),
    closes: headers.get('connection') === 'close',
  }
  return [answer, ...readAll(after.slice(length))]
}
