// @ts-check
/** What `ronctl prove amnesia` runs: the proof itself, with strace provided where that is possible. Prints a statement as JSON. */

import { provide } from './lib/provide.mjs'
import { main, root } from './lib/run.mjs'

await main(
  async () => {
    await provide(['strace'])
    await import(`${root}/proofs/dist/prove/main.js`)
  },
  { arguments: 'its own help' },
)
