// @ts-check
/**
 * Writes what is derived from the contracts: the SDK's operations, the OpenAPI document and the reference
 * page. With `--check` it writes nothing and fails where a file differs from what it would write.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import * as roster from '@ron/services/roster'
import { format } from 'prettier'
import { openapi } from './lib/generate/openapi.mjs'
import { reference } from './lib/generate/reference.mjs'
import { sdkModule } from './lib/generate/sdk.mjs'
import { settings } from './lib/generate/settings.mjs'
import { main, root } from './lib/run.mjs'

await main(
  async () => {
    const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
    const contracts = Object.values(roster)
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const style = { ...JSON.parse(readFileSync(join(root, '.prettierrc.json'), 'utf8')) }
    const outputs = new Map([
      [
        'sdk/src/generated/operations.ts',
        await format(sdkModule(contracts), { ...style, parser: 'typescript' }),
      ],
      ['docs/openapi.json', openapi(contracts, version)],
      [
        'docs/REFERENCE.md',
        await format(reference(contracts, settings(contracts)), { ...style, parser: 'markdown' }),
      ],
    ])
    const stale = [...outputs].filter(([path, text]) => current(path) !== text)
    if (values.check) {
      if (stale.length === 0) return
      throw new Error(`${stale.map(([path]) => path).join(', ')}: stale; run npm run generate`)
    }
    for (const [path, text] of stale) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
  },
  { arguments: 'read' },
)

/** @param {string} path */
function current(path) {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch {
    return ''
  }
}
