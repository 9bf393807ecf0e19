/** The threads of a process, and what each of them has of the processors, as the system counts it. */

import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

export interface ThreadShare {
  readonly id: number
  /** As the system names it. */
  readonly comm: string
  /** Of one processor, from 0 to 1. */
  readonly share: number
}

interface ThreadTime {
  readonly id: number
  readonly comm: string
  readonly nanos: number
}

/** What each thread used between two moments from now on. A thread that ends meanwhile is left out. */
export async function sharesBetween(
  pid: number,
  fromSeconds: number,
  forSeconds: number,
): Promise<readonly ThreadShare[]> {
  await pause(fromSeconds * 1_000)
  const [fromMs, before] = [performance.now(), threadTimes(pid)]
  await pause(forSeconds * 1_000)
  const [tookMs, after] = [performance.now() - fromMs, threadTimes(pid)]
  return sharesOf(before, after, tookMs)
}

/** From what each thread has used at two moments. One that began between them began with nothing. */
export function sharesOf(
  before: readonly ThreadTime[],
  after: readonly ThreadTime[],
  tookMs: number,
): readonly ThreadShare[] {
  const used = new Map(before.map(({ id, nanos }) => [id, nanos]))
  return after.map(({ id, comm, nanos }) => ({
    id,
    comm,
    share: (nanos - (used.get(id) ?? 0)) / 1e6 / tookMs,
  }))
}

function threadTimes(pid: number): readonly ThreadTime[] {
  const folder = `/proc/${pid}/task`
  return readdirSync(folder).flatMap((id) => {
    try {
      const comm = readFileSync(`${folder}/${id}/comm`, 'utf8').trim()
      // Nanoseconds on a processor, nanoseconds that it waited for one, and how often it got one.
      const [nanos] = readFileSync(`${folder}/${id}/schedstat`, 'utf8').split(' ')
      return [{ id: Number(id), comm, nanos: Number(nanos) }]
    } catch {
      // It ended between the two looks.
      return []
    }
  })
}
