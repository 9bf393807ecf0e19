/** The registry service: checks what asks to be registered, records it, and looks up. */

import { service } from '@ron/kernel/contract/contract'
import type { RefusalMore } from '@ron/kernel/contract/refusals'
import { normalName } from '@ron/kernel/identity/name'
import { journaled, rebuild } from '../journaled.ts'
import type { registry } from './contract.ts'
import { Directory } from './directory.ts'
import { entryOf, type Entry, type No } from './entry.ts'
import { apply, putRecord, removeRecord } from './record.ts'

const pageUsual = 100

export default service<typeof registry>(async ({ config, journal, clock, log }) => {
  const directory = await rebuild(journal, log, () => {
    const projection = new Directory(config)
    return { projection, apply: (record) => apply(projection, record) }
  })
  const kept = journaled(journal, function* () {
    for (const entry of directory.all()) yield putRecord(entry)
  })

  /** The directory without those that have expired by now. */
  const living = () => {
    directory.expire(clock.now())
    return directory
  }

  return {
    handle: {
      register({ node, descriptor, signature }, { refuse }) {
        const entry = entryOf(node, descriptor, signature, clock.now(), config)
        if ('refused' in entry) return say(entry, refuse)
        const outcome = living().weigh(entry)
        if (typeof outcome !== 'string') return say(outcome, refuse)
        const { name, descriptor: said } = entry
        const answer = { outcome, node, name, expires_ms: said.expires_ms, seq: said.seq }
        if (outcome === 'unchanged') return answer
        kept.record(putRecord(entry))
        directory.put(entry)
        log.info('registered', { node, name, outcome, kind: said.kind })
        return kept.acknowledge(answer)
      },

      get: ({ node }, { refuse }) =>
        answerOf(living().byNode(node) ?? refuse('NotFound', `no node ${node} is registered`)),

      resolve({ name }, { refuse }) {
        const normal =
          normalName(name) ??
          refuse(
            'BadRequest',
            `${JSON.stringify(name)} is no name; use labels of letters, digits and hyphens`,
          )
        return answerOf(living().byName(normal) ?? refuse('NotFound', `nobody is registered as ${normal}`))
      },

      list({ after = '', limit = pageUsual }) {
        const page = living().page(after, limit + 1)
        const items = page.slice(0, limit).map(({ node, name, descriptor: { kind, expires_ms, seq } }) => {
          return { node, name, kind, expires_ms, seq }
        })
        const last = items.at(-1)
        return { items, ...(page.length > limit && last !== undefined ? { next: last.node } : {}) }
      },

      remove({ node }, { caller, refuse }) {
        const entry = living().byNode(node) ?? refuse('NotFound', `no node ${node} is registered`)
        kept.release(removeRecord(node), entry.bytes)
        directory.remove(node)
        log.warn('removed from the registry', { node, name: entry.name, subject: caller.subject })
        return kept.acknowledge({})
      },
    },

    health: () => ({ state: 'ready' }),

    stop: async () => {},
  }
})

function answerOf({ node, name, descriptor, signature }: Entry) {
  const { addresses, services } = descriptor
  const copies = services.map(({ operations, ...offered }) => ({ ...offered, operations: [...operations] }))
  return { node, name, descriptor: { ...descriptor, addresses: [...addresses], services: copies }, signature }
}

function say(
  { refused, rule, because, fix }: No,
  refuse: (code: No['refused'], message: string, more: RefusalMore) => never,
): never {
  return refuse(refused, `${because}; ${fix}`, { explain: { wall: 'handler', rule, fix } })
}
