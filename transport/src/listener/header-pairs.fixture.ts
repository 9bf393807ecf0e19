/** What a block of headers says, as a test wants to compare it. */

import type { HeaderBlock } from './header-block.ts'

export function headerPairs({ first, rest }: HeaderBlock): [name: string, value: string][] {
  if (first === '') return []
  return `${first}: ${rest}`.split('\r\n').map((line): [string, string] => {
    const colon = line.indexOf(': ')
    return [line.slice(0, colon), line.slice(colon + 2)]
  })
}
