/**
 * Where the threads' code lies: beside this module, since the build joins each thread's code into one file
 * (`scripts/lib/bundle.mjs`), for opening hundreds would be most of a cold start.
 */

import type { Modules } from '../supervisor/member.ts'

export const modules: Modules = {
  hostUrl: new URL('./host.js', import.meta.url).href,
  serviceUrl: (name) => new URL(`./services/${name}.js`, import.meta.url).href,
}
