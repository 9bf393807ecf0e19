/**
 * The peers service: links with the nodes that the settings name, answers those that may link with this one, fetches
 * objects and forwards topics. It connects to nothing that is not named there.
 */

import { service } from '@ron/kernel/contract/contract'
import { Refusal } from '@ron/kernel/contract/refusals'
import { peerLinks } from '@ron/kernel/identity/peer-links'
import { Whole } from '../whole.ts'
import { greeted, proved } from './answering.ts'
import type { peers as contract } from './contract.ts'
import { Desk } from './desk.ts'
import { directoryOf } from './directory.ts'
import { Forwarder } from './forwarder.ts'
import { isOf, readForwards, writtenForwards, type Forward } from './forwards.ts'
import { HopReport } from './hop-report.ts'
import { Link } from './link.ts'
import { meet } from './meet.ts'
import { Meetings } from './meetings.ts'
import { isAnswer, remoteAt, strangerAt } from './remote.ts'

export default service<typeof contract>(async ({ config, peers, journal, clock, random, log }) => {
  const kept = await Whole.open(journal, log)
  const desk = new Desk(clock)
  const directory = directoryOf(peers.registry)
  const meetings = new Meetings()
  const report = new HopReport(clock, (peer, micros) => desk.tell(peer, micros))
  const links = new Map(
    peerLinks(config.links).map((link) => [
      link.peer,
      new Link(link, {
        ...config,
        clock,
        random,
        log,
        token: () => desk.token(link.peer),
        async meet(token) {
          const stranger = strangerAt(link, token, clock.now(), config.requestMs)
          try {
            await meet(stranger, link, {
              random,
              node: () => desk.node(),
              proof: (meeting) => desk.proof(meeting),
              ...directory,
            })
          } finally {
            stranger.close()
          }
        },
        connect: (token) => remoteAt(link, token, config.requestMs),
        took: (micros) => report.add(link.peer, micros),
      }),
    ]),
  )
  const known = new Set([...config.accept, ...[...links.values()].map(({ link }) => link.node)])
  const answering = { clock, random, desk, directory, meetings, known }

  const begun = (forward: Forward): Forwarder[] => {
    const link = links.get(forward.peer)
    if (link === undefined) {
      log.warn('a forward waits for a peer that is not linked', { peer: forward.peer, topic: forward.topic })
      return []
    }
    const { mailbox } = peers
    return [new Forwarder(forward, { link, mailbox, clock, log, ...config })]
  }
  let forwards = readForwards(kept.text)
  let forwarders = forwards.flatMap(begun)

  const linked = (peer: string, refuse: (code: 'NotFound', message: string) => never) =>
    links.get(peer) ?? refuse('NotFound', `no peer is named ${peer}; GET /peers lists them`)

  return {
    handle: {
      greet: (request, call) => greeted(request, call, answering),

      prove: (request, call) => proved(request, call, answering),

      async fetch({ peer, address }, { caller, refuse }) {
        const link = linked(peer, refuse)
        const { known, bytes } = await peers.storage.stat({ address }, { caller })
        if (known) return { outcome: 'known', address, bytes }
        const body = await content(link, address)
        try {
          const put = await peers.storage.putByAddress({ address, body }, { caller })
          return { outcome: 'fetched', address, bytes: put.bytes }
        } catch (thrown) {
          if (!(thrown instanceof Refusal) || thrown.code !== 'DigestMismatch') throw thrown
          log.error('a peer sent other content than was asked for', { peer, address })
          return refuse('IntegrityFail', `what ${peer} sent does not hash to ${address}; it was thrown away`)
        }
      },

      forward({ peer, topic, to = topic }, { caller: { tenant, subject }, refuse }) {
        linked(peer, refuse)
        const answer = { peer, topic, to }
        const before = forwards.find((each) => each.tenant === tenant && each.topic === topic)
        if (before !== undefined && (before.peer !== peer || before.to !== to))
          return refuse('Conflict', `${topic} is forwarded to ${before.to} of ${before.peer}; end that first`)
        if (before !== undefined) return { outcome: 'unchanged', ...answer }
        if (forwards.length >= config.forwardsMax)
          return refuse('Full', `${config.forwardsMax} topics are forwarded, the limit peers.forwards_max`)
        const forward = { tenant, subject, peer, topic, to }
        kept.record(writtenForwards([...forwards, forward]))
        forwards = [...forwards, forward]
        forwarders = [...forwarders, ...begun(forward)]
        return kept.acknowledge({ outcome: 'created', ...answer })
      },

      unforward({ peer, topic }, { caller: { tenant }, refuse }) {
        const asked = { tenant, peer, topic }
        if (!forwards.some((each) => isOf(each, asked)))
          refuse('NotFound', `${topic} is not forwarded to ${peer}`)
        const left = forwards.filter((each) => !isOf(each, asked))
        kept.record(writtenForwards(left))
        forwards = left
        const over = forwarders.filter(({ forward }) => isOf(forward, asked))
        forwarders = forwarders.filter(({ forward }) => !isOf(forward, asked))
        for (const forwarder of over) forwarder.stop()
        return kept.acknowledge({})
      },

      list: (_request, { caller: { tenant } }) => ({
        links: [...links.values()].map(({ link, up, because, hops }) => ({
          peer: link.peer,
          node: link.node,
          url: link.url,
          up,
          ...(up ? {} : { because }),
          hops: hops.count,
          hop_p50_us: hops.quantile(0.5),
          hop_p99_us: hops.quantile(0.99),
        })),
        met: meetings.list(),
        forwards: forwarders
          .filter(({ forward }) => forward.tenant === tenant)
          .map(({ forward: { peer, topic, to }, sent, repeated, failed }) => {
            return { peer, topic, to, sent, repeated, failed }
          }),
      }),

      async attend(_request, call) {
        const over = desk.attend(call)
        for (const link of links.values()) link.begin()
        await over
        return {}
      },

      answer({ id, text, because = 'the kernel has none' }) {
        desk.answered(id, text === undefined ? { because } : { text })
        return {}
      },
    },

    health() {
      const first = [...links.values()].find(({ up }) => !up)
      if (first === undefined) return { state: 'ready' }
      return { state: 'degraded', because: `the link to ${first.link.peer} is down: ${first.because}` }
    },

    async stop() {
      report.stop()
      for (const each of [...forwarders, ...links.values()]) each.stop()
    },
  }
})

/** What a peer has under an address; nobody has checked it yet. */
async function content(link: Link, address: string): Promise<Uint8Array> {
  try {
    return await link.use((remote) => remote.content(address))
  } catch (thrown) {
    if (!isAnswer(thrown)) throw thrown
    const { peer } = link.link
    if (thrown.code === 'NotFound') throw new Refusal('NotFound', `${peer} has nothing under ${address}`)
    throw new Refusal('Unavailable', `${peer} refuses: ${thrown.message}`)
  }
}
