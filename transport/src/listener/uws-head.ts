/** The head of a request as uWebSockets.js lends it, copied: the loan ends when its call returns. */

import type { HttpRequest, HttpResponse } from 'uWebSockets.js'
import type { Refusal } from '@ron/kernel/contract/refusals'
import { addressText } from './address.ts'
import { bodyLength, headBytes, headTooLarge } from './framing.ts'
import type { RequestHead } from './listener.ts'

export function headOf(request: HttpRequest): RequestHead {
  const headers: [string, string][] = []
  request.forEach((name, value) => headers.push([name, value]))
  return {
    method: request.getCaseSensitiveMethod(),
    path: request.getUrl(),
    query: request.getQuery() ?? '',
    headers,
  }
}

/** The length of the body, null when it is unknown; or what is wrong with the head. */
export function framingOf(head: RequestHead, headerBytesMax: number): number | null | Refusal {
  const { method, path, query, headers } = head
  const bytes = headBytes(`${method} ${path}${query === '' ? '' : `?${query}`} HTTP/1.1`.length, headers)
  return bytes > headerBytesMax ? headTooLarge(bytes, headerBytesMax) : bodyLength(headers)
}

/** Empty for a peer that is already gone. */
export function addressOf(native: Pick<HttpResponse, 'getRemoteAddress'>): string {
  return addressText(new Uint8Array(native.getRemoteAddress()))
}
