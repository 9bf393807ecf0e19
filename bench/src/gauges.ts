/** What a node holds at a moment, as the system and the node itself count it. */

import { readdirSync } from 'node:fs'
import { residentBytes, type Server } from './child.ts'

export interface Gauges {
  readonly residentMiB: number
  readonly files: number
  readonly threads: number
  /** Of the main thread. */
  readonly ports: number
  readonly timers: number
  /** Lines of `/metrics` that have a value. */
  readonly series: number
}

export async function readGauges(server: Server): Promise<Gauges> {
  const { pid } = server.process
  const response = await fetch(`${server.admin}/metrics`)
  const metrics = await response.text()
  const value = (series: string) => Number(metrics.split(`\n${series} `)[1]?.split('\n', 1)[0])
  return {
    residentMiB: residentBytes(server) / 2 ** 20,
    files: readdirSync(`/proc/${pid}/fd`).length,
    threads: readdirSync(`/proc/${pid}/task`).length,
    ports: value('nodejs_active_resources{type="MessagePort"}'),
    timers: value('kernel_timers'),
    series: metrics.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
  }
}
