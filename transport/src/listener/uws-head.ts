/** The head of a request as uWebSockets.js lends it, copied: the loan ends when its call returns. */

import type { HttpRequest, HttpResponse } from 'uWebSockets.js'
import { addressText } from './address.ts'
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

/** RFC 9112 §9.6: the connection ends with the answer. The library knows nothing of it. */
export function asksToClose({ headers }: RequestHead): boolean {
  return headers.some(([name, value]) => name === 'connection' && /(^|[,\s])close([,\s]|$)/i.test(value))
}

/** Empty for a peer that is already gone. */
export function addressOf(native: Pick<HttpResponse, 'getRemoteAddress'>): string {
  return addressText(new Uint8Array(native.getRemoteAddress()))
}
