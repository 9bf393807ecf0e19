/**
 * What can happen to the feeds, as records, each with every id, time and decision that went into it. The last
 * three stand for state instead of change: a snapshot is made of them, and of `opened` and `followed`.
 */

import type { Post } from './post.ts'

export type FeedRecord =
  | OpenedRecord
  | FollowedRecord
  | UnfollowedRecord
  | PostedRecord
  | SentAgainRecord
  | SteppedRecord
  | RemovedRecord
  | PostRecord
  | TimelineRecord
  | WalkRecord

/** The first that is written of a tenant's feed. */
export interface OpenedRecord extends OfTenant {
  readonly kind: 'opened'
}

export interface FollowedRecord extends OfTenant {
  readonly kind: 'followed'
  readonly user: string
  readonly author: string
  /** Counts up with every follow of a tenant, so the followers of an author have an order. */
  readonly number: number
}

export interface UnfollowedRecord extends OfTenant {
  readonly kind: 'unfollowed'
  readonly user: string
  readonly author: string
}

/** A post is there. If it is pushed, its walk to the followers begins. */
export interface PostedRecord extends OfTenant {
  readonly kind: 'posted'
  readonly content: PostContent
  /** Counts up with every post of a tenant. */
  readonly order: number
}

/** The walk of a post that had arrived begins once more. */
export interface SentAgainRecord extends OfTenant {
  readonly kind: 'sentAgain'
  readonly id: string
}

/** The walk of a post came to the next `count` followers. */
export interface SteppedRecord extends OfTenant {
  readonly kind: 'stepped'
  readonly id: string
  readonly count: number
}

/** Nobody sees the post any more. If it was pushed, a walk begins that clears the timelines of it. */
export interface RemovedRecord extends OfTenant {
  readonly kind: 'removed'
  readonly id: string
}

/** A post as it stands. */
export interface PostRecord extends OfTenant {
  readonly kind: 'post'
  readonly content: PostContent
  readonly order: number
  readonly gone: boolean
}

/** Posts in the timeline of a user, by `order`: a long timeline is told in several of these. */
export interface TimelineRecord extends OfTenant {
  readonly kind: 'timeline'
  readonly user: string
  readonly orders: readonly number[]
}

/** A walk as far as it got. */
export interface WalkRecord extends OfTenant, Steps {
  readonly kind: 'walk'
  readonly id: string
}

export type PostContent = Pick<
  Post,
  'id' | 'author' | 'sentAtMs' | 'text' | 'attrs' | 'attachments' | 'pushed'
>

/** How far a walk is. Followers are named by the number of their follow. */
export interface Steps {
  /** The last follower it came to. */
  readonly after: number
  /** The last it goes to: who followed later has the post from the follow. */
  readonly upTo: number
  /** Timelines it found or left with the post. */
  readonly delivered: number
}

interface OfTenant {
  readonly tenant: string
}
