/** What `ronctl context` does to the file of contexts. */

import type { ContextInvocation, TokenChoice } from './context-program.ts'
import {
  formatContexts,
  shown,
  withContext,
  withoutContext,
  type Contexts,
  type TokenSource,
} from './contexts.ts'
import { contextsPath, readContexts, type ContextWorld } from './in-context.ts'
import { answered, failed, type Outcome } from './outcome.ts'
import { plain } from './plain.ts'

export interface ContextsWorld extends ContextWorld {
  readonly readInput: () => Promise<string>
}

export async function contextOutcome(invocation: ContextInvocation, world: ContextsWorld): Promise<Outcome> {
  const path = contextsPath(world.environment)
  if (path === null) return failed('there is no place for contexts; set HOME or XDG_CONFIG_HOME')
  const contexts = await readContexts(path, world)
  const save = (next: Contexts) => world.files.writePrivate(path, Buffer.from(formatContexts(next)))
  switch (invocation.name) {
    case 'context list': {
      const rows = [...contexts.all].map(([name, context]) => shown(name, context, contexts.current))
      const text = rows.length === 0 ? 'no contexts yet; ronctl context add NAME --admin URL' : plain(rows)
      return answered(text, { ok: true, contexts: rows })
    }
    case 'context show': {
      const name = invocation.context ?? contexts.current
      if (name === null) return failed('no context is in use; ronctl context use NAME')
      const context = contexts.all.get(name)
      if (context === undefined) return unknown(name, contexts)
      const row = shown(name, context, contexts.current)
      return answered(plain(row), { ok: true, ...row })
    }
    case 'context add': {
      const { context: name, at: admin, url, tls, use } = invocation
      const token = await sourceOf(invocation.token, world)
      if (token === null) return failed('no token came on standard input; nothing was changed')
      const next = withContext(contexts, name, { admin, url, token, tls })
      const used = use || next.all.size === 1 ? { ...next, current: name } : next
      await save(used)
      return changed(`${name} is ${admin}${used.current === name ? ', and in use' : ''}`, name, used)
    }
    case 'context use': {
      const { context: name } = invocation
      if (!contexts.all.has(name)) return unknown(name, contexts)
      const next = { ...contexts, current: name }
      await save(next)
      return changed(`${name} is in use`, name, next)
    }
    case 'context remove': {
      const { context: name } = invocation
      if (!contexts.all.has(name)) return unknown(name, contexts)
      const next = withoutContext(contexts, name)
      await save(next)
      return changed(`${name} is forgotten`, name, next)
    }
  }
}

function changed(text: string, name: string, { current }: Contexts): Outcome {
  return answered(text, { ok: true, name, current })
}

function unknown(name: string, { all }: Contexts): Outcome {
  const known = all.size === 0 ? 'there are none' : `there are ${[...all.keys()].join(', ')}`
  return failed(`there is no context ${name}; ${known}`)
}

/** Null when a token was to come and did not. */
async function sourceOf(choice: TokenChoice, { readInput }: ContextsWorld): Promise<TokenSource | null> {
  if (choice.kind !== 'stored') return choice
  const value = (await readInput()).trim()
  return value === '' ? null : { kind: 'value', value }
}
