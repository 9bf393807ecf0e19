// @ts-check
/**
 * Joins modules into single files: the code of the node's threads, which then start in half the time, and the SDK
 * for browsers. Native modules stay outside.
 */

import { files } from './files.mjs'
import { root } from './run.mjs'

/** What CommonJS packages inside an ES module reach for. */
const requireInModule =
  "import { createRequire as nodeCreateRequire } from 'node:module'; const require = nodeCreateRequire(import.meta.url);"

export async function bundle() {
  const { build } = await import('esbuild')
  /** @type {import('esbuild').BuildOptions} */
  const common = {
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    conditions: ['source'],
    sourcemap: 'linked',
    logLevel: 'error',
  }
  await Promise.all([
    build({
      ...common,
      entryPoints: {
        cli: 'kernel/src/compose/cli.ts',
        guard: 'kernel/src/guard/cli.ts',
        host: 'kernel/src/thread/host.ts',
        ...Object.fromEntries(
          serviceNames().map((name) => [`services/${name}`, `services/${name}/service.ts`]),
        ),
        ...Object.fromEntries(workers().map(({ name, path }) => [`services/${name}`, path])),
      },
      outdir: 'kernel/dist/bundle',
      // What a thread's host and its service share must be one module, or a refusal of one is a stranger to the other.
      splitting: true,
      minifySyntax: true,
      minifyWhitespace: true,
      platform: 'node',
      target: 'node20',
      // piscina starts its threads from files of its own.
      external: ['uWebSockets.js', 'zstd-napi', '@napi-rs/blake-hash', 'piscina', 'koffi'],
      banner: { js: requireInModule },
    }),
    build({
      ...common,
      entryPoints: ['sdk/src/sdk.ts'],
      outfile: 'sdk/dist/browser.js',
      platform: 'browser',
      target: 'es2023',
    }),
  ])
}

function serviceNames() {
  return files('services', (path) => /^services\/[^/]+\/service\.ts$/.test(path)).map(
    (path) => path.split('/')[1] ?? '',
  )
}

/** The threads that services start themselves, `services/SERVICE/NAME.worker.ts`; they come to lie beside the services. */
function workers() {
  return files('services', (path) => /^services\/[^/]+\/[^/]+\.worker\.ts$/.test(path)).map((path) => ({
    name: (path.split('/')[2] ?? '').replace(/\.ts$/, ''),
    path,
  }))
}
