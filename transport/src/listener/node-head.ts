/** Heads of requests and answers as node:http has them: read, written, and put together again. */

import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { HeaderBlock } from './header-block.ts'
import type { RequestHead } from './listener.ts'

export function headOf({ method = '', url = '', rawHeaders }: IncomingMessage): RequestHead {
  const headers: [string, string][] = []
  for (let at = 0; at < rawHeaders.length; at += 2)
    headers.push([(rawHeaders[at] ?? '').toLowerCase(), rawHeaders[at + 1] ?? ''])
  const mark = url.indexOf('?')
  return {
    method,
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers,
  }
}

/** The head as it came, but for its spacing. */
export function headText({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  let text = `${method} ${url} HTTP/${httpVersion}\r\n`
  for (let at = 0; at < rawHeaders.length; at += 2) text += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`
  return `${text}\r\n`
}

/** `bytes` null for a body of unknown length, or none; `last` when the connection ends with this answer. */
export function writeHead(
  response: ServerResponse,
  status: number,
  headers: HeaderBlock,
  bytes: number | null,
  last: boolean,
): void {
  const flat = linesOf(headers)
  if (bytes !== null) flat.push('content-length', String(bytes))
  if (last) flat.push('connection', 'close')
  response.writeHead(status, STATUS_CODES[status] ?? 'Unknown', flat)
}

/** Names and values by turns. */
function linesOf({ first, rest }: HeaderBlock): string[] {
  if (first === '') return []
  const [value = '', ...lines] = rest.split('\r\n')
  const flat = [first, value]
  for (const line of lines) {
    const colon = line.indexOf(': ')
    flat.push(line.slice(0, colon), line.slice(colon + 2))
  }
  return flat
}

/** RFC 6455 §4.2.1 items 1 to 5. What is not all of this is an ordinary request, whatever it asks to be upgraded to. */
export function asksForSocket({ method, httpVersion, headers }: IncomingMessage): boolean {
  const key = headers['sec-websocket-key'] ?? ''
  return (
    method === 'GET' &&
    httpVersion === '1.1' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    /^[+/0-9A-Za-z]{22}==$/.test(key)
  )
}
