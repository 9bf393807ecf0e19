// @ts-check
/**
 * `node scripts/circuits.mjs`, after the build: makes the development keys of the circuits anew, from the seeds that
 * stand in `services/zk-verify/proving/publish.ts`. It takes a minute or two. With `--check` it writes nothing and
 * fails where a file differs from what it would write.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishQuota } from '@ron/services/zk-verify/proving/publish'
import { format } from 'prettier'
import { main, root } from './lib/run.mjs'

await main(async () => {
  const path = join(root, 'services/zk-verify/circuits/quota-compliance.published.ts')
  const style = JSON.parse(readFileSync(join(root, '.prettierrc.json'), 'utf8'))
  const text = await format(published(publishQuota()), { ...style, parser: 'typescript' })
  if (!process.argv.includes('--check')) writeFileSync(path, text)
  else if (readFileSync(path, 'utf8') !== text)
    throw new Error(`${path}: stale; run node scripts/circuits.mjs`)
})

/** @param {{ key: string, proof: string, inputs: readonly string[] }} what */
function published({ key, proof, inputs }) {
  return `/**
 * Made by \`node scripts/circuits.mjs\` from a seed that everybody can read, so whoever likes can prove anything under
 * this key. It is for development; docs/ZK.md says what a key for production needs.
 */

import type { Published } from './circuit.ts'

export const published: Published = ${JSON.stringify({ key, proof, inputs })}
`
}
