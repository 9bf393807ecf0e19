/** What a hop to a service adds to the processor time of an HTTP request, in turns so that noise falls on both. */

import { startHop } from './child.ts'
import { median } from './spread.ts'
import { load } from './wrk.ts'

export const rounds = 5
const seconds = 2

export interface HopCost {
  readonly connections: number
  /** Processor time of all threads for a request. */
  readonly mainMicros: number
  readonly hopMicros: number
  /** The median of the rounds' differences. */
  readonly addsMicros: number
}

export async function hopCosts(): Promise<readonly HopCost[]> {
  const server = await startHop()
  const micros = async (size: string, connections: number) => {
    const before = await cpuMicros(server.url)
    const { perSecond } = await load({
      url: server.url,
      token: '',
      method: 'GET',
      size,
      connections,
      seconds,
    })
    return ((await cpuMicros(server.url)) - before) / (perSecond * seconds)
  }
  const costs: HopCost[] = []
  try {
    for (const connections of [1, 64]) {
      const pairs: { main: number; hop: number }[] = []
      for (let round = 0; round < rounds; round++) {
        pairs.push({ main: await micros('main', connections), hop: await micros('hop', connections) })
      }
      costs.push({
        connections,
        mainMicros: median(pairs.map(({ main }) => main)),
        hopMicros: median(pairs.map(({ hop }) => hop)),
        addsMicros: median(pairs.map(({ main, hop }) => hop - main)),
      })
    }
  } finally {
    await server.stop()
  }
  return costs
}

async function cpuMicros(url: string): Promise<number> {
  const response = await fetch(`${url}/cpu`)
  const { user, system } = (await response.json()) as NodeJS.CpuUsage
  return user + system
}
