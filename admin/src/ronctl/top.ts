/** `ronctl top`: a node at a glance, again and again in a terminal that is left as it was found, or once for a script. */

import { askAdmin } from './admin-client.ts'
import { capOf, type AskingWorld } from './asking.ts'
import { whileLive, type Live, type LiveWorld } from './live.ts'
import { parseMetrics, type Sample } from './metrics.ts'
import { answered, exitCodes, failed, spoken, type Outcome } from './outcome.ts'
import { ratesBetween } from './rates.ts'
import { isObject, parsed, refused } from './replies.ts'
import { frame, glanceJson, type Glance } from './top-frame.ts'
import type { TopInvocation } from './top-program.ts'

type TopWorld = AskingWorld & LiveWorld

const everyMs = 1_000
/** Where nothing says how large a page is. */
const page = { columns: 120, rows: 1_000 }
/** In a row; the node may be on its way back. */
const failuresMax = 10

/** Another screen without a cursor, and back. */
const enter = '\u001b[?1049h\u001b[?25l'
const leave = '\u001b[?25h\u001b[?1049l'
const home = '\u001b[H'
const restOfLine = '\u001b[K'
const restOfScreen = '\u001b[J'

/** The metrics as they were, and when. */
interface Reading {
  readonly samples: readonly Sample[]
  readonly atMs: number
}

type Looked =
  | { readonly ok: true; readonly glance: Glance; readonly reading: Reading }
  | { readonly ok: false; readonly outcome: Outcome }

export function topOutcome(invocation: TopInvocation, world: TopWorld): Promise<Outcome> {
  return whileLive(world, async (live) => {
    if (invocation.once) return once(invocation.admin, world, live)
    if (live.size() === null) {
      const fix = 'use --once, and --json for a script'
      return failed(
        `top shows itself again and again in a terminal, and this is none; ${fix}`,
        exitCodes.usage,
      )
    }
    return again(invocation.admin, world, live)
  })
}

/** Two looks, for what happens in a second takes two to tell. */
async function once(admin: string, world: TopWorld, live: Live): Promise<Outcome> {
  const first = await look(admin, world, null)
  if (!first.ok) return first.outcome
  await live.pause(everyMs)
  const second = await look(admin, world, first.reading)
  if (!second.ok) return second.outcome
  const size = live.size()
  const lines = frame(second.glance, { ...page, columns: size?.columns ?? page.columns })
  return answered(lines.join('\n'), glanceJson(second.glance))
}

async function again(admin: string, world: TopWorld, live: Live): Promise<Outcome> {
  let before: Reading | null = null
  let failures = 0
  let last: Outcome = spoken()
  await live.write(enter)
  try {
    while (!live.stop.aborted && failures < failuresMax) {
      const looked = await look(admin, world, before)
      if (live.stop.aborted) break
      if (looked.ok) {
        before = looked.reading
        failures = 0
        await draw(frame(looked.glance, live.size() ?? page), live)
      } else {
        last = looked.outcome
        failures++
        await draw([looked.outcome.text, '', `asking again (${failures} of ${failuresMax})`], live)
      }
      await live.pause(everyMs)
    }
  } finally {
    await live.write(leave)
  }
  return live.stop.aborted ? spoken() : last
}

function draw(lines: readonly string[], live: Live): Promise<void> {
  return live.write(home + lines.map((line) => line + restOfLine).join('\n') + restOfScreen)
}

async function look(admin: string, world: TopWorld, before: Reading | null): Promise<Looked> {
  const ask = (path: string) => askAdmin(world.fetch, admin, path, capOf(world))
  const [status, metrics, tenants] = await Promise.all([
    ask('/api/v1/status'),
    ask('/metrics'),
    ask('/api/v1/tenants'),
  ])
  for (const answer of [status, metrics]) {
    if (!answer.ok) return { ok: false, outcome: failed(answer.because) }
    if (answer.reply.status !== 200) return { ok: false, outcome: refused(answer.reply) }
  }
  const said = status.ok ? parsed(status.reply.text) : undefined
  if (!isObject(said) || !metrics.ok) return { ok: false, outcome: failed(`${admin} is no admin surface`) }
  const reading = { samples: parseMetrics(metrics.reply.text), atMs: world.steadyMs() }
  const earlier = before ?? reading
  const seconds = Math.max(0.001, (reading.atMs - earlier.atMs) / 1_000)
  const held = tenants.ok && tenants.reply.status === 200 ? parsed(tenants.reply.text) : undefined
  const rates = ratesBetween(earlier.samples, reading.samples, seconds)
  return { ok: true, reading, glance: { status: said, tenants: isObject(held) ? held : null, rates } }
}
