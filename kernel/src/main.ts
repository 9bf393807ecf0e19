/**
 * The command. Everything the main thread runs is `compose/cli.ts`; the build joins it into one file
 * (`scripts/lib/bundle.mjs`), for opening hundreds of modules would be most of a cold start.
 */

await import(new URL('./bundle/cli.js', import.meta.url).href)
