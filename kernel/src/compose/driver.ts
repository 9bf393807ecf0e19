/** Which socket driver a node has: the one that is asked for, or the first that runs here. */

import type { Driver } from '@ron/transport/listener/listener'
import { nodeHttp } from '@ron/transport/listener/node'
import { uws } from '@ron/transport/listener/uws'
import type { Loaded } from '../config/load.ts'

export interface ChosenDriver {
  readonly driver: Driver
  /** Why the preferred one is not used; null when it is, or was not asked for. */
  readonly instead: string | null
}

/** Loads the preferred one where the choice is left to us; any other is loaded when it is to listen. */
export async function chosenDriver({ effective }: Loaded): Promise<ChosenDriver> {
  const choice = effective.get('node.driver')?.value
  if (choice === 'node') return { driver: nodeHttp, instead: null }
  if (choice === 'uws') return { driver: uws, instead: null }
  if (effective.get('tls.enabled')?.value === true)
    return { driver: nodeHttp, instead: 'uWebSockets.js serves no TLS' }
  try {
    await uws.load({ headerBytesMax: Number(effective.get('limits.max_header_bytes')?.value) })
    return { driver: uws, instead: null }
  } catch (error) {
    return { driver: nodeHttp, instead: error instanceof Error ? error.message : String(error) }
  }
}
