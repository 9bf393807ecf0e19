/** What a person sees when the node is ready: where it is, and lines to paste next. */

import type { RunningNode } from './node.ts'

export function bannerText(
  profile: string,
  amnesia: boolean,
  { nodeUrl, adminUrl, adminGuarded, demoToken }: RunningNode,
): string {
  const capability = '-H "Authorization: Bearer $RON_CAP" '
  const kept = amnesia ? 'in memory only; nothing is written to disk' : 'in memory'
  const where = [
    `${profile} is ready, and keeps what you give it ${kept}.`,
    '',
    `  url      ${nodeUrl}`,
    `  admin    ${adminUrl}`,
  ]
  const metrics = `  metrics  curl ${adminGuarded ? capability : ''}${adminUrl}/metrics`
  if (demoToken === null) return [...where, metrics, ''].join('\n')
  return [
    ...where,
    metrics,
    `  token    ${demoToken}`,
    '',
    'Put an object and get it back:',
    '',
    `  export RON_CAP=${demoToken}`,
    `  curl -X PUT ${capability}-H 'Content-Type: text/plain' --data 'hello' ${nodeUrl}/objects/hello.txt`,
    `  curl ${capability}${nodeUrl}/objects/hello.txt`,
    '',
    'The token is good for a day and ends with this process. Ctrl-C stops the node.',
    '',
  ].join('\n')
}

/** The same for a program: one line. */
export function bannerJson(profile: string, { nodeUrl, adminUrl, demoToken }: RunningNode): string {
  return JSON.stringify({ event: 'ready', profile, url: nodeUrl, admin: adminUrl, token: demoToken })
}
