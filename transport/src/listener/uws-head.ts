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

/** Empty for a peer that is already gone. */
export function addressOf(native: Pick<HttpResponse, 'getRemoteAddress'>): string {
  return addressText(new Uint8Array(native.getRemoteAddress()))
}
