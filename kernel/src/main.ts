/**
 * The command. Everything the main thread runs is `compose/cli.ts`; the build joins it into one file
 * (`scripts/lib/bundle.mjs`), for opening hundreds of modules would be most of a cold start. With `--guard` this
 * process becomes the small parent of another that does all that.
 */

const guarded = process.argv.includes('--guard')
await import(new URL(guarded ? './bundle/guard.js' : './bundle/cli.js', import.meta.url).href)
