/** Requests that no operation gets to see: for no route, by another method than it has, or with too much in them. */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { Match } from '../http/router.ts'

export function unmatched(
  { method, path }: { readonly method: string; readonly path: string },
  match: Exclude<Match<unknown>, { kind: 'found' }>,
): Refusal {
  if (match.kind === 'notFound') return new Refusal('NotFound', `no route for ${path.slice(0, 128)}`)
  const allow = match.allow.join(', ')
  return new Refusal('MethodNotAllowed', `${method.slice(0, 16)} is not allowed here; ${allow} are`, {
    headers: { allow },
  })
}

export function tooLarge(bytesMax: number): Refusal {
  return new Refusal('TooLarge', `the body is over the limit of ${bytesMax} bytes`, {
    explain: { wall: 'frame-caps', rule: 'max_body_bytes', fix: `send at most ${bytesMax} bytes` },
  })
}
