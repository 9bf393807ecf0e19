/**
 * A node beside others that keep messages: each is first driven in every way, and then in the one that suits it best, in
 * turns, so that what the machine does besides meets all of them alike.
 */

import { median } from '../spread.ts'
import { pipelinings, type Contender, type Pipelining, type Running } from './contender.ts'

export interface Rates {
  readonly name: string
  /** Messages a second; null where it is not installed. */
  readonly found: {
    readonly send: number
    readonly drain: number
    readonly both: number
    readonly how: string
  } | null
}

interface Seconds {
  readonly send: number
  readonly drain: number
}

/** `trial` messages for each way, and then `messages` in each round. */
export async function sideBySide(
  contenders: readonly Contender[],
  { trial, messages, rounds }: { readonly trial: number; readonly messages: number; readonly rounds: number },
): Promise<readonly Rates[]> {
  const servers: { readonly name: string; readonly server: Running | null; readonly taken: Seconds[] }[] = []
  try {
    for (const { name, start } of contenders) servers.push({ name, server: await start(), taken: [] })
    const best = new Map<Running, Pipelining>()
    for (const { server } of servers) {
      if (server !== null) best.set(server, await bestFor(server, trial))
    }
    for (let round = 0; round < rounds; round++) {
      for (const { server, taken } of servers) {
        const by = server === null ? undefined : best.get(server)
        if (server !== null && by !== undefined) taken.push(await timed(server, messages, by))
      }
    }
    return servers.map(({ name, server, taken }) => {
      const by = server === null ? undefined : best.get(server)
      if (server === null || by === undefined) return { name, found: null }
      const rate = (seconds: (each: Seconds) => number) =>
        median(taken.map((each) => messages / seconds(each)))
      const [send, drain] = [rate((each) => each.send), rate((each) => each.drain)]
      return {
        name,
        found: { send, drain, both: rate((each) => each.send + each.drain), how: server.how(by) },
      }
    })
  } finally {
    for (const { server } of servers) await server?.stop()
  }
}

/** Every way twice: the first time warms up. */
async function bestFor(server: Running, messages: number): Promise<Pipelining> {
  const tried: { readonly by: Pipelining; readonly seconds: number }[] = []
  for (const by of pipelinings) {
    await timed(server, messages, by)
    const { send, drain } = await timed(server, messages, by)
    tried.push({ by, seconds: send + drain })
  }
  const least = Math.min(...tried.map(({ seconds }) => seconds))
  const found = tried.find(({ seconds }) => seconds === least)
  if (found === undefined) throw new Error('there is no way to drive a server')
  return found.by
}

async function timed(server: Running, messages: number, by: Pipelining): Promise<Seconds> {
  const from = performance.now()
  await server.send(messages, by)
  const between = performance.now()
  await server.drain(messages, by)
  return { send: (between - from) / 1_000, drain: (performance.now() - between) / 1_000 }
}
