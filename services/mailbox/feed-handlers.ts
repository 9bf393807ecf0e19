/** The feeds on the wire: requests become questions to a tenant's feed, posts become items. */

import type {
  Call,
  Caller,
  Client,
  EventOf,
  RequestOf,
  ResponseOf,
  Running,
} from '@ron/kernel/contract/contract'
import type { storage } from '../storage/contract.ts'
import type { mailbox } from './contract.ts'
import type { Feeds } from './feeds/feeds.ts'
import type { Post } from './feeds/post.ts'
import type { Publisher } from './feeds/publisher.ts'
import { rankings, readPlace, writePlace } from './feeds/ranking.ts'
import type { Ulids } from './ids/ulid.ts'
import type { Subscribers } from './live/subscribers.ts'
import type { feedOperations } from './operations/feeds.ts'
import type { Journaled } from '../journaled.ts'

type Operations = (typeof mailbox)['operations']
type Handlers = Pick<Running<typeof mailbox>['handle'], keyof typeof feedOperations>
type Item = ResponseOf<Operations['home']>['items'][number]
type PostRequest = RequestOf<Operations['post']>
export type FeedEvent = EventOf<Operations['watchHome']>
type PostCall = Call<Operations['post']>

const pageDefault = 20
const encoder = new TextEncoder()
/** A byte order mark at the start is part of the text. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

interface FeedParts {
  readonly feeds: Feeds
  readonly publisher: Publisher
  readonly acknowledge: Journaled['acknowledge']
  readonly subscribers: Subscribers<FeedEvent>
  readonly storage: Pick<Client<typeof storage>, 'stat'>
  readonly ulids: Ulids
  readonly now: () => number
}

export function feedHandlers(parts: FeedParts): Handlers {
  const { feeds, publisher, acknowledge, subscribers, storage, ulids, now } = parts

  async function post(request: PostRequest, call: PostCall) {
    const { author, text, attrs = {}, attachments = [] } = request
    if (text === undefined && attachments.length === 0 && Object.keys(attrs).length === 0) {
      call.refuse('BadRequest', 'the post is empty; give it text, attachments or attrs')
    }
    await mustBeStored(attachments, call)
    const { tenant } = call.caller
    const draft = {
      author,
      text: text === undefined ? null : encoder.encode(text),
      attrs,
      attachments,
    }
    const made = publisher.post(tenant, draft, ulids.next(), now(), call)
    announce(made, call.caller)
    return acknowledge({ post_id: made.id, ...(await publisher.fanOut(tenant, made, call)) })
  }

  async function fanOutAgain(id: string, call: PostCall) {
    const { tenant } = call.caller
    const known = feeds.get(tenant)?.get(id) ?? call.refuse('NotFound', `no post ${id}`)
    return acknowledge({ post_id: id, ...(await publisher.fanOut(tenant, known, call)) })
  }

  async function mustBeStored(addresses: readonly string[], call: PostCall): Promise<void> {
    const { caller, signal } = call
    const stats = await Promise.all(addresses.map((address) => storage.stat({ address }, { caller, signal })))
    const missing = addresses.find((_, at) => stats[at]?.known !== true)
    if (missing === undefined) return
    call.refuse('NotFound', `attachment ${missing} is not stored; put the object first`)
  }

  function announce(made: Post, { tenant }: Caller): void {
    const feed = feeds.get(tenant)
    // One event for all of them, so that it is encoded once.
    let event: FeedEvent | null = null
    for (const user of subscribers.names(tenant)) {
      if (feed?.follows(user, made.author) !== true) continue
      const told = (event ??= { kind: 'post', ...itemOf(made) })
      subscribers.publish(tenant, user, () => told)
    }
  }

  return {
    follow({ user, author }, call) {
      const changed = publisher.follow(call.caller.tenant, user, author, call)
      return acknowledge({ following: true, changed })
    },

    unfollow({ user, author }, { caller }) {
      return acknowledge({ following: false, changed: publisher.unfollow(caller.tenant, user, author) })
    },

    post,

    fanout(request, call) {
      const { post_id: id, author, ...content } = request
      if (id !== undefined && (author !== undefined || Object.keys(content).length > 0)) {
        call.refuse(
          'BadRequest',
          'post_id names a post that exists; leave out author, text, attrs and attachments',
        )
      }
      if (id !== undefined) return fanOutAgain(id, call)
      if (author !== undefined) return post({ ...content, author }, call)
      return call.refuse('BadRequest', 'give post_id, or author with text or attachments')
    },

    home({ user, limit = pageDefault, cursor = null, rank = 'newest' }, call) {
      const feed = feeds.get(call.caller.tenant)
      const place = cursor === null ? null : readPlace(cursor)
      const fits = rank === 'newest' ? cursor?.includes('~') !== true : cursor === null || place !== null
      if (!fits) {
        call.refuse('BadRequest', `cursor is no next_cursor of rank=${rank}; leave it out to begin anew`)
      }
      if (rank === 'newest')
        return { user, ...pageOf(feed?.home(user, cursor, limit + 1) ?? [], limit, idOf) }
      const ranking = rankings[rank]
      const posts = feed?.ranked(user, ranking, place, limit + 1) ?? []
      return { user, ...pageOf(posts, limit, (post) => writePlace({ score: ranking(post), id: post.id })) }
    },

    author({ author, limit = pageDefault, cursor = null }, { caller }) {
      const posts = feeds.get(caller.tenant)?.byAuthor(author, cursor, limit + 1) ?? []
      return { author, ...pageOf(posts, limit, idOf) }
    },

    async removePost({ post_id: id }, call) {
      const { tenant } = call.caller
      const known = feeds.get(tenant)?.get(id) ?? call.refuse('NotFound', `no post ${id}`)
      await publisher.remove(tenant, known)
      return acknowledge({ removed: true })
    },

    watchHome({ user }, call) {
      return subscribers.subscribe(call.caller.tenant, user, call)
    },
  }
}

/** One post more than the page holds says that there is a next one. */
function pageOf(
  posts: readonly Post[],
  limit: number,
  cursorOf: (last: Post) => string,
): { items: Item[]; next_cursor?: string } {
  const page = posts.slice(0, limit)
  const last = page.at(-1)
  const more = posts.length > limit && last !== undefined
  return { items: page.map(itemOf), ...(more ? { next_cursor: cursorOf(last) } : {}) }
}

function idOf({ id }: Post): string {
  return id
}

function itemOf({ id, author, text, sentAtMs, attrs, attachments }: Post): Item {
  return {
    post_id: id,
    author,
    ...(text === null ? {} : { text: decoder.decode(text) }),
    ts: new Date(sentAtMs).toISOString(),
    attrs,
    attachments: [...attachments],
  }
}
