// @ts-check
/**
 * Joins modules into single files: the node's main thread, which then starts in half the time, and the SDK for
 * browsers. Native modules stay outside; so does `ws`, which browsers have no need of.
 */

import { join } from 'node:path'
import { root } from './run.mjs'

/** What CommonJS packages inside an ES module reach for. */
const requireInModule =
  "import { createRequire as nodeCreateRequire } from 'node:module'; const require = nodeCreateRequire(import.meta.url);"

export async function bundle() {
  const { build } = await import('esbuild')
  /** @type {import('esbuild').BuildOptions} */
  const common = { absWorkingDir: root, bundle: true, format: 'esm', sourcemap: 'linked', logLevel: 'error' }
  await Promise.all([
    build({
      ...common,
      entryPoints: ['kernel/src/compose/cli.ts'],
      outfile: join(root, 'kernel/dist/bundle/cli.js'),
      platform: 'node',
      target: 'node20',
      conditions: ['source'],
      external: ['uWebSockets.js', 'zstd-napi'],
      banner: { js: requireInModule },
    }),
    build({
      ...common,
      entryPoints: ['sdk/src/sdk.ts'],
      outfile: join(root, 'sdk/dist/browser.js'),
      platform: 'browser',
      target: 'es2022',
      conditions: ['source'],
      external: ['ws'],
    }),
  ])
}
