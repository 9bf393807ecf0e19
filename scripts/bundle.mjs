// @ts-check
/** Makes the bundles alone; `npm run build` makes them after compiling. */

import { bundle } from './lib/bundle.mjs'
import { main } from './lib/run.mjs'

await main(bundle)
