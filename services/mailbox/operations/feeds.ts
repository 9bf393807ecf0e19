/** What the feeds can be asked, by HTTP under `/feed` and by OAP. */

import { operation } from '@ron/kernel/contract/contract'
import { Type } from 'typebox'
import { Address, Attrs, Count, fields, none, Person, Timestamp, Ulid } from './schemas.ts'

const Text = Type.String({ maxLength: 4096 })
const Attachments = Type.Array(Address, { maxItems: 8, uniqueItems: true })
const draft = {
  text: Type.Optional(Text),
  attrs: Type.Optional(Attrs),
  attachments: Type.Optional(Attachments),
}

const Limit = Type.Integer({ minimum: 1, maximum: 100 })
/** Newest first it is the id of a post; in another ranking its score stands before that. */
const Cursor = Type.String({
  minLength: 26,
  maxLength: 64,
  pattern: '^([0-9.e+-]{1,30}~)?[0-7][0-9A-HJKMNP-TV-Z]{25}$',
})

const item = {
  post_id: Ulid,
  author: Person,
  text: Type.Optional(Text),
  ts: Timestamp,
  attrs: Attrs,
  attachments: Attachments,
}

const Items = Type.Array(fields(item), { maxItems: 100 })

const delivery = {
  post_id: Ulid,
  /** Homes the post was brought to. */
  delivered: Count,
  /** The author has so many followers that homes fetch the post when they are read. */
  pulled: Type.Boolean(),
}

export const feedOperations = {
  follow: operation({
    summary: 'Lets a user follow an author; earlier posts show in the home too. Repeating changes nothing.',
    request: fields({ user: Person, author: Person }),
    requestBody: 'none',
    response: fields({ following: Type.Boolean(), changed: Type.Boolean() }),
    responseBody: 'none',
    events: null,
    refusals: ['Full'],
    timeoutMs: 2_000,
    door: {
      verb: 'feed.write',
      code: 64,
      http: { ...none, route: 'POST /feed/follow', status: 200 },
    },
  }),

  unfollow: operation({
    summary: 'Ends a follow; the posts of the author leave the home at once.',
    request: fields({ user: Person, author: Person }),
    requestBody: 'none',
    response: fields({ following: Type.Boolean(), changed: Type.Boolean() }),
    responseBody: 'none',
    events: null,
    refusals: [],
    timeoutMs: 2_000,
    door: {
      verb: 'feed.write',
      code: 65,
      http: { ...none, route: 'POST /feed/unfollow', status: 200 },
    },
  }),

  post: operation({
    summary:
      'Publishes a post and brings it to the homes of the followers. Attachments must be stored already.',
    request: fields({ author: Person, ...draft }),
    requestBody: 'none',
    response: fields(delivery),
    responseBody: 'none',
    events: null,
    refusals: ['Full', 'NotFound'],
    timeoutMs: 30_000,
    door: {
      verb: 'feed.write',
      code: 66,
      http: { ...none, route: 'POST /feed/post', status: 200 },
    },
  }),

  fanout: operation({
    summary:
      'Brings a post to the homes of all followers: an earlier one named by post_id, which changes nothing where it is already, or a new one.',
    request: fields({ post_id: Type.Optional(Ulid), author: Type.Optional(Person), ...draft }),
    requestBody: 'none',
    response: fields(delivery),
    responseBody: 'none',
    events: null,
    refusals: ['Full', 'NotFound'],
    timeoutMs: 30_000,
    door: {
      verb: 'feed.write',
      code: 67,
      http: { ...none, route: 'POST /feed/fanout', status: 200 },
    },
  }),

  home: operation({
    summary:
      'The posts of the authors a user follows, newest first, or by rank=top with weighty ones longer on top. Empty for a user nobody has heard of.',
    request: fields({
      user: Person,
      limit: Type.Optional(Limit),
      /** `next_cursor` of the page before, in the same ranking. */
      cursor: Type.Optional(Cursor),
      rank: Type.Optional(Type.Enum(['newest', 'top'])),
    }),
    requestBody: 'none',
    /** `next_cursor` asks for what comes after; absent at the end. */
    response: fields({ user: Person, items: Items, next_cursor: Type.Optional(Cursor) }),
    responseBody: 'none',
    events: null,
    refusals: [],
    timeoutMs: 2_000,
    door: {
      verb: 'feed.read',
      code: 68,
      http: { ...none, route: 'GET /feed/home', status: 200 },
    },
  }),

  author: operation({
    summary: "An author's own posts, newest first.",
    /** `cursor` is the `next_cursor` of the page before. */
    request: fields({ author: Person, limit: Type.Optional(Limit), cursor: Type.Optional(Ulid) }),
    requestBody: 'none',
    response: fields({ author: Person, items: Items, next_cursor: Type.Optional(Ulid) }),
    responseBody: 'none',
    events: null,
    refusals: [],
    timeoutMs: 2_000,
    door: {
      verb: 'feed.read',
      code: 69,
      http: { ...none, route: 'GET /feed/author', status: 200 },
    },
  }),

  removePost: operation({
    summary: 'Deletes a post everywhere.',
    request: fields({ post_id: Ulid }),
    requestBody: 'none',
    response: fields({ removed: Type.Boolean() }),
    responseBody: 'none',
    events: null,
    refusals: ['NotFound'],
    timeoutMs: 30_000,
    door: {
      verb: 'feed.write',
      code: 70,
      http: { ...none, route: 'DELETE /feed/posts/:post_id', status: 200 },
    },
  }),

  watchHome: operation({
    summary:
      'Shows every post of the authors a user follows from now on. What a slow subscriber misses is counted and told.',
    request: fields({ user: Person }),
    requestBody: 'none',
    response: fields({ delivered: Count, lost: Count }),
    responseBody: 'none',
    events: fields({
      kind: Type.Enum(['post', 'lost']),
      post_id: Type.Optional(Ulid),
      author: Type.Optional(Person),
      text: Type.Optional(Text),
      ts: Type.Optional(Timestamp),
      attrs: Type.Optional(Attrs),
      attachments: Type.Optional(Attachments),
      /** With `lost`: how many posts came since the last event. */
      count: Type.Optional(Count),
    }),
    refusals: ['Busy'],
    timeoutMs: 5_000,
    door: {
      verb: 'feed.read',
      code: 71,
      http: { ...none, route: 'GET /feed/subscribe', status: 200 },
    },
  }),
}
