/** `ronctl tail`: what is remembered of events, requests and the audit log, and what happens from then on. */

import { askAdmin } from './admin-client.ts'
import { capOf, type AskingWorld } from './asking.ts'
import { openEvents, type Item } from './event-source.ts'
import { whileLive, type Live, type LiveWorld } from './live.ts'
import { failed, spoken, type Outcome } from './outcome.ts'
import { isObject, parsed, refused } from './replies.ts'
import { lineOf } from './tail-line.ts'
import type { TailInvocation } from './tail-program.ts'

type Tail = Extract<TailInvocation, { name: 'tail' }>
type TailWorld = AskingWorld & LiveWorld

/** A node that restarts is followed again, so many times in a row. */
const triesMax = 10
const retryMs = 1_000

/** A stream of the admin surface. */
interface Source {
  /** Where it is; `again` says that it was open before. */
  path(again: boolean): string
  /** An item came. */
  seen(item: Item): void
  /** Whether it tells that the node is there again; one of them does. */
  readonly tells: boolean
}

export function followOutcome(tail: Tail, world: TailWorld): Promise<Outcome> {
  return whileLive(world, async (live) => {
    const enough = new AbortController()
    const both = { ...live, stop: AbortSignal.any([live.stop, enough.signal]) }
    const others = tail.kinds.some((kind) => kind !== 'audit')
    const audit = tail.kinds.includes('audit')
    const sources = [
      ...(others ? [streamed(happening(tail), tail, world, both)] : []),
      ...(audit && tail.follow ? [streamed(recording(tail, !others), tail, world, both)] : []),
      ...(audit && !tail.follow ? [recorded(tail, world, both)] : []),
    ]
    // The first that cannot go on ends the others.
    const outcomes = sources.map(async (source) => {
      const outcome = await source
      if (outcome !== null) enough.abort()
      return outcome
    })
    const complaint = (await Promise.all(outcomes)).find((outcome) => outcome !== null)
    if (complaint === undefined) return spoken()
    return tail.json ? { ...complaint, compact: true } : complaint
  })
}

/** Null when it ended as it should. */
async function streamed(source: Source, tail: Tail, world: TailWorld, live: Live): Promise<Outcome | null> {
  let opened = 0
  for (let tries = 0; tries < triesMax && !live.stop.aborted; tries++) {
    if (tries > 0) await live.pause(retryMs)
    try {
      const url = tail.admin + source.path(opened > 0)
      const events = await openEvents(world.fetch, url, capOf(world), live.stop)
      if (events.kind === 'refused') return refused(events.reply)
      if (opened > 0 && source.tells) await show({ kind: 'reconnected' }, tail, live)
      opened++
      tries = 0
      for await (const item of events.items) {
        if (item['kind'] === 'refused') return ended(item)
        source.seen(item)
        if (item['kind'] !== 'now') await show(item, tail, live)
      }
      if (!tail.follow) return null
    } catch (error) {
      if (live.stop.aborted) return null
      if (opened === 0) return failed(`${tail.admin} cannot be reached: ${reasonOf(error)}`)
    }
  }
  return live.stop.aborted ? null : failed(`${tail.admin} is gone; it was asked ${triesMax} times in vain`)
}

/** What is remembered of the audit log. */
async function recorded(tail: Tail, world: TailWorld, live: Live): Promise<Outcome | null> {
  if (tail.limit === 0) return null
  const path = `/api/v1/audit/tail?limit=${tail.limit}`
  const answer = await askAdmin(world.fetch, tail.admin, path, capOf(world))
  if (!answer.ok) return failed(answer.because)
  const json = parsed(answer.reply.text)
  if (answer.reply.status !== 200 || !isObject(json)) return refused(answer.reply)
  for (const { kind = '', ...record } of [json['records'] ?? []].flat().filter(isObject)) {
    await show({ kind: 'audit', act: kind, ...record }, tail, live)
  }
  return null
}

function happening(tail: Tail): Source {
  const path = (again: boolean) => `/api/v1/tail?${queryOf(tail, !again).toString()}`
  return { path, seen() {}, tells: true }
}

/** The records of the audit log are numbered, so whoever comes back goes on where it was. */
function recording({ limit }: Tail, tells: boolean): Source {
  let next: number | null = null
  return {
    path: () => `/api/v1/audit/follow?${next === null ? `limit=${limit}` : `from=${next}`}`,
    seen({ kind, seq, next: place }) {
      if (kind === 'audit') next = Number(seq) + 1
      else if (kind === 'now') next = Number(place)
    },
    tells,
  }
}

function queryOf(tail: Tail, first: boolean): URLSearchParams {
  const { status, operation, tenant, id, kinds, follow, limit } = tail
  const chosen = { status, operation, tenant, id }
  return new URLSearchParams({
    kinds: kinds.filter((kind) => kind !== 'audit').join(','),
    limit: String(first ? limit : 0),
    follow: String(follow),
    ...Object.fromEntries(
      Object.entries(chosen).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    ),
  })
}

function show(item: Item, { json }: Tail, live: Live): Promise<void> {
  return live.write(`${json ? JSON.stringify(item) : lineOf(item)}\n`)
}

/** The node ended it, such as for a token that is no longer good. */
function ended(item: Item): Outcome {
  return refused({ status: 0, text: JSON.stringify(item['problem'] ?? {}) })
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
