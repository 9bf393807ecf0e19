/** Whether there is uWebSockets.js for the runtime that tests run on, and what they say where there is none. */

import type { Driver } from './listener.ts'
import { nodeHttp } from './node.ts'
import { uws } from './uws.ts'

/** Of Node 20 and 22. On these it has to be there, and tests fail where it is not. */
const abis = ['115', '127']

const { version, versions } = process

/** Why the tests of that driver are skipped, which shows nothing of it; null where they run. */
export const noUws: string | null = abis.includes(versions.modules)
  ? null
  : `uWebSockets.js has no binary for Node ${version}, ABI ${versions.modules}: nothing is shown of it here; run on Node 20 or 22`

/** For what holds on every driver: the one that a node takes here by itself. */
export const ownDriver: Driver = noUws === null ? uws : nodeHttp
