/** Generated from the contracts by scripts/generate.mjs; `npm run generate` makes it anew. */

import type { Binding } from '../carrier.ts'

/** Group, operation, and what it takes and gives. */
export interface Operations {
  readonly feed: {
    /** Lets a user follow an author; earlier posts show in the home too. Repeating changes nothing. */
    readonly follow: {
      readonly request: { readonly user: string; readonly author: string }
      readonly response: { readonly following: boolean; readonly changed: boolean }
      readonly event: never
    }
    /** Ends a follow; the posts of the author leave the home at once. */
    readonly unfollow: {
      readonly request: { readonly user: string; readonly author: string }
      readonly response: { readonly following: boolean; readonly changed: boolean }
      readonly event: never
    }
    /** Publishes a post and brings it to the homes of the followers. Attachments must be stored already. */
    readonly post: {
      readonly request: {
        readonly author: string
        readonly text?: string | undefined
        readonly attrs?: Readonly<Record<string, string>> | undefined
        readonly attachments?: readonly string[] | undefined
      }
      readonly response: { readonly post_id: string; readonly delivered: number; readonly pulled: boolean }
      readonly event: never
    }
    /** Brings a post to the homes of all followers: an earlier one named by post_id, which changes nothing where it is already, or a new one. */
    readonly fanout: {
      readonly request: {
        readonly post_id?: string | undefined
        readonly author?: string | undefined
        readonly text?: string | undefined
        readonly attrs?: Readonly<Record<string, string>> | undefined
        readonly attachments?: readonly string[] | undefined
      }
      readonly response: { readonly post_id: string; readonly delivered: number; readonly pulled: boolean }
      readonly event: never
    }
    /** The posts of the authors a user follows, newest first, or by rank=top with weighty ones longer on top. Empty for a user nobody has heard of. */
    readonly home: {
      readonly request: {
        readonly user: string
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
        readonly rank?: 'newest' | 'top' | undefined
      }
      readonly response: {
        readonly user: string
        readonly items: readonly {
          readonly post_id: string
          readonly author: string
          readonly text?: string | undefined
          readonly ts: string
          readonly attrs: Readonly<Record<string, string>>
          readonly attachments: readonly string[]
        }[]
        readonly next_cursor?: string | undefined
      }
      readonly event: never
    }
    /** An author's own posts, newest first. */
    readonly author: {
      readonly request: {
        readonly author: string
        readonly limit?: number | undefined
        readonly cursor?: string | undefined
      }
      readonly response: {
        readonly author: string
        readonly items: readonly {
          readonly post_id: string
          readonly author: string
          readonly text?: string | undefined
          readonly ts: string
          readonly attrs: Readonly<Record<string, string>>
          readonly attachments: readonly string[]
        }[]
        readonly next_cursor?: string | undefined
      }
      readonly event: never
    }
    /** Deletes a post everywhere. */
    readonly removePost: {
      readonly request: { readonly post_id: string }
      readonly response: { readonly removed: boolean }
      readonly event: never
    }
    /** Shows every post of the authors a user follows from now on. What a slow subscriber misses is counted and told. */
    readonly watchHome: {
      readonly request: { readonly user: string }
      readonly response: { readonly delivered: number; readonly lost: number }
      readonly event: {
        readonly kind: 'post' | 'lost'
        readonly post_id?: string | undefined
        readonly author?: string | undefined
        readonly text?: string | undefined
        readonly ts?: string | undefined
        readonly attrs?: Readonly<Record<string, string>> | undefined
        readonly attachments?: readonly string[] | undefined
        readonly count?: number | undefined
      }
    }
  }
  readonly graph: {
    /** Adds an edge, or replaces the weight of the one there is. */
    readonly link: {
      readonly request: {
        /** A node: any name without white space or unprintable characters. */
        readonly from: string
        /** A node: any name without white space or unprintable characters. */
        readonly to: string
        /** The type of an edge; `link` when it is not given. */
        readonly edge?: string | undefined
        /** 1 when it is not given. */
        readonly weight?: number | undefined
      }
      readonly response: { readonly outcome: 'created' | 'replaced' }
      readonly event: never
    }
    /** Removes an edge. */
    readonly unlink: {
      readonly request: {
        /** A node: any name without white space or unprintable characters. */
        readonly from: string
        /** A node: any name without white space or unprintable characters. */
        readonly to: string
        /** The type of an edge; `link` when it is not given. */
        readonly edge?: string | undefined
      }
      readonly response: Readonly<Record<string, undefined>>
      readonly event: never
    }
    /** Adds or replaces many edges: all of them, or none when they do not fit. */
    readonly linkAll: {
      readonly request: {
        readonly edges: readonly {
          /** A node: any name without white space or unprintable characters. */
          readonly from: string
          /** A node: any name without white space or unprintable characters. */
          readonly to: string
          /** The type of an edge; `link` when it is not given. */
          readonly edge?: string | undefined
          /** 1 when it is not given. */
          readonly weight?: number | undefined
        }[]
      }
      readonly response: { readonly created: number; readonly replaced: number }
      readonly event: never
    }
    /** Neighbors of a node, asked in one line: `q=user:ann edge:follows dir:in hops:2`. */
    readonly graph: {
      readonly request: {
        readonly q: string
        readonly max_neighbors?: number | undefined
        readonly hops?: number | undefined
        /** The type of an edge; `link` when it is not given. */
        readonly edge?: string | undefined
        /** `out` when it is not given. */
        readonly direction?: 'in' | 'out' | 'both' | undefined
      }
      readonly response: {
        /** A node: any name without white space or unprintable characters. */
        readonly root: string
        /** By hops, then weight from heavy to light, then name. */
        readonly neighbors: readonly {
          /** A node: any name without white space or unprintable characters. */
          readonly node: string
          /** The type of an edge; `link` when it is not given. */
          readonly edge: string
          /** 1 when it is not given. */
          readonly weight: number
          readonly hops: number
          /** Whether the last edge was followed or met head on. */
          readonly direction: 'in' | 'out'
        }[]
        /** There are more, or the walk gave up at index.visitsMax edges. */
        readonly truncated: boolean
      }
      readonly event: never
    }
    /** Neighbors of a node, by its path. A node that nothing touches has none. */
    readonly neighbors: {
      readonly request: {
        /** A node: any name without white space or unprintable characters. */
        readonly node: string
        readonly max_neighbors?: number | undefined
        readonly hops?: number | undefined
        /** The type of an edge; `link` when it is not given. */
        readonly edge?: string | undefined
        /** `out` when it is not given. */
        readonly direction?: 'in' | 'out' | 'both' | undefined
      }
      readonly response: {
        /** A node: any name without white space or unprintable characters. */
        readonly root: string
        /** By hops, then weight from heavy to light, then name. */
        readonly neighbors: readonly {
          /** A node: any name without white space or unprintable characters. */
          readonly node: string
          /** The type of an edge; `link` when it is not given. */
          readonly edge: string
          /** 1 when it is not given. */
          readonly weight: number
          readonly hops: number
          /** Whether the last edge was followed or met head on. */
          readonly direction: 'in' | 'out'
        }[]
        /** There are more, or the walk gave up at index.visitsMax edges. */
        readonly truncated: boolean
      }
      readonly event: never
    }
    /** Removes a node with all its edges. Interrupted, it has removed some; ask again. */
    readonly removeNode: {
      readonly request: {
        /** A node: any name without white space or unprintable characters. */
        readonly node: string
      }
      readonly response: { readonly removed: number }
      readonly event: never
    }
    /** Nodes that both `a` and `b` point to, by name. */
    readonly mutuals: {
      readonly request: {
        /** A node: any name without white space or unprintable characters. */
        readonly a: string
        /** A node: any name without white space or unprintable characters. */
        readonly b: string
        readonly limit?: number | undefined
      }
      readonly response: {
        /** A node: any name without white space or unprintable characters. */
        readonly a: string
        /** A node: any name without white space or unprintable characters. */
        readonly b: string
        readonly nodes: readonly string[]
        readonly truncated: boolean
      }
      readonly event: never
    }
    /** How many edges reach and leave a node. */
    readonly degree: {
      readonly request: {
        /** A node: any name without white space or unprintable characters. */
        readonly node: string
      }
      readonly response: {
        /** A node: any name without white space or unprintable characters. */
        readonly node: string
        readonly in: number
        readonly out: number
      }
      readonly event: never
    }
  }
  readonly mailbox: {
    /** Sends a message. The idempotency key is required, in the body or in the header; the same topic, key and payload within the window is the same message. */
    readonly send: {
      readonly request: {
        readonly topic: string
        readonly idem_key?: string | undefined
        readonly idempotency_key?: string | undefined
        readonly idempotency_mode?: '200-flag' | '409-conflict' | undefined
        readonly payload_b64: string
        readonly attrs?: Readonly<Record<string, string>> | undefined
      }
      readonly response: { readonly msg_id: string; readonly duplicate: boolean }
      readonly event: never
    }
    /** Sends the request body as a message, without base64. */
    readonly sendBytes: {
      readonly request: {
        readonly topic: string
        readonly idempotency_key: string
        readonly idempotency_mode?: '200-flag' | '409-conflict' | undefined
        readonly body: Uint8Array
      }
      readonly response: { readonly msg_id: string; readonly duplicate: boolean }
      readonly event: never
    }
    /** Leases messages, oldest first, and waits for one if asked to. A message is delivered again unless it is acknowledged before its lease ends. */
    readonly recv: {
      readonly request: {
        readonly topic: string
        readonly visibility_ms?: number | undefined
        readonly wait_ms?: number | undefined
        readonly max_messages?: number | undefined
        readonly max_bytes?: number | undefined
      }
      readonly response: {
        readonly messages: readonly {
          readonly msg_id: string
          readonly topic: string
          readonly ts: string
          readonly idem_key: string
          readonly payload_hash: string
          readonly attrs: Readonly<Record<string, string>>
          readonly attempt: number
          readonly lease: string
          readonly dlq_reason?: string | undefined
          readonly payload_b64: string
        }[]
      }
      readonly event: never
    }
    /** Leases one message and answers its payload as the body, without base64: the way for payloads that are large, above all over OAP. Over HTTP the attributes are left out. */
    readonly recvBytes: {
      readonly request: {
        readonly topic: string
        readonly visibility_ms?: number | undefined
        readonly wait_ms?: number | undefined
      }
      readonly response: {
        readonly outcome: 'message' | 'empty'
        readonly msg_id?: string | undefined
        readonly topic?: string | undefined
        readonly ts?: string | undefined
        readonly idem_key?: string | undefined
        readonly payload_hash?: string | undefined
        readonly attrs?: Readonly<Record<string, string>> | undefined
        readonly attempt?: number | undefined
        readonly lease?: string | undefined
        readonly dlq_reason?: string | undefined
        readonly body: Uint8Array<ArrayBuffer>
      }
      readonly event: never
    }
    /** Says that a message is done. With a lease, only the latest receiver of it is heard; repeating is harmless. */
    readonly ack: {
      readonly request: { readonly msg_id: string; readonly lease?: string | undefined }
      readonly response: { readonly ok: boolean }
      readonly event: never
    }
    /** Says that the message in the path is done. */
    readonly ackByPath: {
      readonly request: { readonly msg_id: string; readonly lease?: string | undefined }
      readonly response: { readonly ok: boolean }
      readonly event: never
    }
    /** Gives a message back: it returns after a backoff, or becomes a dead letter after its last attempt. */
    readonly nack: {
      readonly request: {
        readonly msg_id: string
        readonly reason?: string | undefined
        readonly lease?: string | undefined
      }
      readonly response: { readonly ok: boolean }
      readonly event: never
    }
    /** Gives the message in the path back. */
    readonly nackByPath: {
      readonly request: {
        readonly msg_id: string
        readonly reason?: string | undefined
        readonly lease?: string | undefined
      }
      readonly response: { readonly ok: boolean }
      readonly event: never
    }
    /** Shows every message sent to a topic from now on, without taking it from the queue. What a slow subscriber misses is counted and told. */
    readonly subscribe: {
      readonly request: { readonly topic: string }
      readonly response: { readonly delivered: number; readonly lost: number }
      readonly event: {
        readonly kind: 'message' | 'lost'
        readonly msg_id?: string | undefined
        readonly topic?: string | undefined
        readonly ts?: string | undefined
        readonly attrs?: Readonly<Record<string, string>> | undefined
        readonly payload_bytes?: number | undefined
        readonly payload_b64?: string | undefined
        readonly count?: number | undefined
      }
    }
    /** Moves dead letters back to their topic, oldest first, with all their attempts. */
    readonly dlqReprocess: {
      readonly request: { readonly topic: string; readonly limit?: number | undefined }
      readonly response: { readonly moved: number }
      readonly event: never
    }
    /** Lists the topics that hold messages, with their counts, in alphabetical order. */
    readonly topics: {
      readonly request: { readonly limit?: number | undefined; readonly after?: string | undefined }
      readonly response: {
        readonly topics: readonly {
          readonly topic: string
          readonly ready: number
          readonly leased: number
          readonly waiting: number
          readonly dead: number
          readonly bytes: number
        }[]
        readonly next_after?: string | undefined
      }
      readonly event: never
    }
    /** Counts one topic: ready, leased, waiting out a backoff, dead. Zeros for one that holds nothing. */
    readonly topic: {
      readonly request: { readonly topic: string }
      readonly response: {
        readonly topic: string
        readonly ready: number
        readonly leased: number
        readonly waiting: number
        readonly dead: number
        readonly bytes: number
      }
      readonly event: never
    }
    /** Sends messages to one topic, in order. One result for each that is kept; where one does not fit, neither it nor those behind it are, and refused_code says why. Repeating is safe. */
    readonly sendBatch: {
      readonly request: {
        readonly topic: string
        readonly messages: readonly {
          readonly idem_key: string
          readonly payload_b64: string
          readonly attrs?: Readonly<Record<string, string>> | undefined
        }[]
      }
      readonly response: {
        readonly results: readonly { readonly msg_id: string; readonly duplicate: boolean }[]
        readonly refused_code?: 'Busy' | 'Full' | undefined
        readonly refused_detail?: string | undefined
      }
      readonly event: never
    }
    /** Says of each message that it is done: done, unknown, or conflict for one that somebody else has under another lease. Repeating is harmless. */
    readonly ackBatch: {
      readonly request: { readonly msg_ids: readonly string[]; readonly lease?: string | undefined }
      readonly response: {
        readonly done: number
        readonly outcomes: readonly ('done' | 'unknown' | 'conflict')[]
      }
      readonly event: never
    }
    /** The same as sendBatch with packed letters as the body, and packed receipts as the answer. */
    readonly sendPacked: {
      readonly request: { readonly topic: string; readonly body: Uint8Array }
      readonly response: {
        readonly kept: number
        readonly duplicates: number
        readonly refused_code?: 'Busy' | 'Full' | undefined
        readonly refused_detail?: string | undefined
        readonly body: Uint8Array<ArrayBuffer>
      }
      readonly event: never
    }
    /** Leases messages as recv does, all under one lease, and answers packed deliveries: without base64, and with their attributes. */
    readonly recvPacked: {
      readonly request: {
        readonly topic: string
        readonly visibility_ms?: number | undefined
        readonly wait_ms?: number | undefined
        readonly max_messages?: number | undefined
        readonly max_bytes?: number | undefined
      }
      readonly response: {
        readonly outcome: 'messages' | 'empty'
        readonly count: number
        readonly lease?: string | undefined
        readonly body: Uint8Array<ArrayBuffer>
      }
      readonly event: never
    }
    /** The same as ackBatch with ids of 16 bytes as the body. The answer has a byte for each: 0 done, 1 unknown, 2 conflict. */
    readonly ackPacked: {
      readonly request: { readonly lease?: string | undefined; readonly body: Uint8Array }
      readonly response: { readonly done: number; readonly body: Uint8Array<ArrayBuffer> }
      readonly event: never
    }
  }
  readonly media: {
    /** Says which version and extensions of tus are spoken, and how large an object may be. */
    readonly limits: {
      readonly request: Readonly<Record<string, undefined>>
      readonly response: {
        readonly tus: string
        readonly versions: string
        readonly extensions: string
        readonly bytes_max: number
        readonly piece_bytes_max: number
      }
      readonly event: never
    }
    /** Begins an upload of a known length; when its last byte has come, the object is there. */
    readonly create: {
      readonly request: {
        /** A path of segments, at most 512 bytes */
        readonly name: string
        readonly bytes?: number | undefined
        /** tus `Upload-Metadata` */
        readonly metadata?: string | undefined
        readonly content_type?: string | undefined
        /** Version of tus, `1.0.0` */
        readonly tus?: string | undefined
      }
      readonly response: {
        /** Of an upload, from the `Location` of the answer to its creation */
        readonly upload: string
        readonly location: string
        readonly upload_offset: number
        readonly tus: string
        readonly expires?: string | undefined
      }
      readonly event: never
    }
    /** Sends the next piece of an upload; it is kept once it is acknowledged. */
    readonly append: {
      readonly request: {
        /** A path of segments, at most 512 bytes */
        readonly name: string
        /** Of an upload, from the `Location` of the answer to its creation */
        readonly upload: string
        readonly upload_offset: number
        readonly content_type?: string | undefined
        /** Version of tus, `1.0.0` */
        readonly tus?: string | undefined
        readonly body: Uint8Array
      }
      readonly response: {
        readonly upload_offset: number
        readonly tus: string
        readonly expires?: string | undefined
        readonly etag?: string | undefined
      }
      readonly event: never
    }
    /** Reads an object from the start of the range on, its manifest, or how far an upload is. Over OAP an answer has at most one chunk of the `bytes` there are; the rest is asked for by range. */
    readonly get: {
      readonly request: {
        /** A path of segments, at most 512 bytes */
        readonly name: string
        /** Of an upload, from the `Location` of the answer to its creation */
        readonly upload?: string | undefined
        readonly manifest?: boolean | undefined
        readonly range?: string | undefined
        readonly if_range?: string | undefined
        readonly if_match?: string | undefined
        readonly if_none_match?: string | undefined
      }
      readonly response: {
        readonly outcome: 'whole' | 'part' | 'unchanged' | 'uploading'
        readonly bytes?: number | undefined
        readonly next?:
          | {
              /** A path of segments, at most 512 bytes */
              readonly name: string
              /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
              readonly manifest: string
              readonly start: number
              readonly end: number
            }
          | undefined
        /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
        readonly manifest?: string | undefined
        readonly etag?: string | undefined
        readonly content_type?: string | undefined
        readonly content_range?: string | undefined
        readonly accept_ranges?: string | undefined
        readonly cache_control: string
        readonly upload_offset?: number | undefined
        readonly length?: number | undefined
        /** tus `Upload-Metadata` */
        readonly metadata?: string | undefined
        readonly expires?: string | undefined
        readonly tus?: string | undefined
        readonly body: Uint8Array<ArrayBuffer>
      }
      readonly event: never
    }
    /** Removes an object and frees its chunks, or ends an upload. */
    readonly remove: {
      readonly request: {
        /** A path of segments, at most 512 bytes */
        readonly name: string
        /** Of an upload, from the `Location` of the answer to its creation */
        readonly upload?: string | undefined
        readonly if_match?: string | undefined
        /** Version of tus, `1.0.0` */
        readonly tus?: string | undefined
      }
      readonly response: { readonly tus: string }
      readonly event: never
    }
    /** Lists objects of media in order of their names; `next` is the `after` of the next page. */
    readonly list: {
      readonly request: {
        readonly prefix?: string | undefined
        readonly after?: string | undefined
        readonly limit?: number | undefined
      }
      readonly response: {
        readonly items: readonly {
          /** A path of segments, at most 512 bytes */
          readonly name: string
          /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
          readonly manifest: string
          readonly bytes: number
          readonly content_type: string
        }[]
        /** A path of segments, at most 512 bytes */
        readonly next?: string | undefined
      }
      readonly event: never
    }
    /** Tells of every object of media that is stored from now on, for whoever makes thumbnails or the like of it. What a slow subscriber misses is counted and told. */
    readonly watch: {
      readonly request: Readonly<Record<string, undefined>>
      readonly response: { readonly lost: number }
      readonly event: {
        readonly kind: 'stored' | 'lost'
        /** A path of segments, at most 512 bytes */
        readonly name?: string | undefined
        /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
        readonly manifest?: string | undefined
        readonly bytes?: number | undefined
        readonly content_type?: string | undefined
        readonly count?: number | undefined
      }
    }
  }
  readonly objects: {
    /** Reads a named object, whole or one range of it. */
    readonly get: {
      readonly request: {
        /** A path of segments, at most 512 bytes */
        readonly name: string
        readonly range?: string | undefined
        readonly if_range?: string | undefined
        readonly if_match?: string | undefined
        readonly if_none_match?: string | undefined
      }
      readonly response: {
        readonly outcome: 'whole' | 'part' | 'unchanged'
        /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
        readonly address: string
        readonly etag: string
        readonly content_type: string
        readonly content_range?: string | undefined
        readonly accept_ranges: string
        readonly cache_control: string
        readonly body: Uint8Array<ArrayBuffer>
      }
      readonly event: never
    }
    /** Stores content under a name, replacing what was named so. */
    readonly put: {
      readonly request: {
        /** A path of segments, at most 512 bytes */
        readonly name: string
        /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
        readonly expected?: string | undefined
        readonly content_type?: string | undefined
        readonly if_match?: string | undefined
        readonly if_none_match?: string | undefined
        readonly body: Uint8Array
      }
      readonly response: {
        readonly outcome: 'created' | 'replaced'
        /** A path of segments, at most 512 bytes */
        readonly name: string
        /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
        readonly address: string
        readonly bytes: number
        readonly etag: string
      }
      readonly event: never
    }
    /** Removes a name, and with its last name content that is not pinned. */
    readonly remove: {
      readonly request: {
        /** A path of segments, at most 512 bytes */
        readonly name: string
        readonly if_match?: string | undefined
      }
      readonly response: Readonly<Record<string, undefined>>
      readonly event: never
    }
    /** Lists named objects in order of their names; `next` is the `after` of the next page. */
    readonly list: {
      readonly request: {
        readonly prefix?: string | undefined
        readonly after?: string | undefined
        readonly limit?: number | undefined
      }
      readonly response: {
        readonly items: readonly {
          /** A path of segments, at most 512 bytes */
          readonly name: string
          /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
          readonly address: string
          readonly bytes: number
          readonly content_type: string
        }[]
        /** A path of segments, at most 512 bytes */
        readonly next?: string | undefined
      }
      readonly event: never
    }
    /** Stores content under its address and pins it there. */
    readonly post: {
      readonly request: {
        /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
        readonly expected?: string | undefined
        readonly content_type?: string | undefined
        readonly body: Uint8Array
      }
      readonly response: {
        readonly outcome: 'created' | 'known'
        /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
        readonly address: string
        readonly bytes: number
        readonly location: string
        readonly etag: string
      }
      readonly event: never
    }
    /** Reads content by its address, whole or one range of it. */
    readonly getByAddress: {
      readonly request: {
        /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
        readonly address: string
        readonly range?: string | undefined
        readonly if_range?: string | undefined
        readonly if_match?: string | undefined
        readonly if_none_match?: string | undefined
      }
      readonly response: {
        readonly outcome: 'whole' | 'part' | 'unchanged'
        /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
        readonly address: string
        readonly etag: string
        readonly content_type: string
        readonly content_range?: string | undefined
        readonly accept_ranges: string
        readonly cache_control: string
        readonly body: Uint8Array<ArrayBuffer>
      }
      readonly event: never
    }
    /** Stores content under the address it is expected to have, and pins it there. */
    readonly putByAddress: {
      readonly request: {
        /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
        readonly address: string
        readonly content_type?: string | undefined
        readonly body: Uint8Array
      }
      readonly response: {
        readonly outcome: 'created' | 'known'
        /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
        readonly address: string
        readonly bytes: number
        readonly location: string
        readonly etag: string
      }
      readonly event: never
    }
    /** Unpins content; it goes unless names hold it as well. */
    readonly removeByAddress: {
      readonly request: {
        /** `b3:` and the BLAKE3 hash of the content in 64 lower-case hex digits */
        readonly address: string
      }
      readonly response: Readonly<Record<string, undefined>>
      readonly event: never
    }
  }
  readonly overlay: {
    /** Reads the ceilings in force. */
    readonly getCeilings: {
      readonly request: Readonly<Record<string, undefined>>
      readonly response: {
        readonly inflight_max: number
        readonly peer_inflight_max: number
        readonly tenant_inflight_max: number
        readonly peer_rate_max: number
        readonly tarpit_after: number
        readonly tarpit_window_ms: number
        readonly tarpit_base_ms: number
        readonly tarpit_delay_max_ms: number
        readonly tarpit_quiet_ms: number
        readonly delayed_max: number
        readonly peers_max: number
      }
      readonly event: never
    }
    /** Changes ceilings until the node restarts; a field left out keeps its value. */
    readonly putCeilings: {
      readonly request: {
        readonly inflight_max?: number | undefined
        readonly peer_inflight_max?: number | undefined
        readonly tenant_inflight_max?: number | undefined
        readonly peer_rate_max?: number | undefined
        readonly tarpit_after?: number | undefined
        readonly tarpit_window_ms?: number | undefined
        readonly tarpit_base_ms?: number | undefined
        readonly tarpit_delay_max_ms?: number | undefined
        readonly tarpit_quiet_ms?: number | undefined
        readonly delayed_max?: number | undefined
        readonly peers_max?: number | undefined
      }
      readonly response: {
        readonly inflight_max: number
        readonly peer_inflight_max: number
        readonly tenant_inflight_max: number
        readonly peer_rate_max: number
        readonly tarpit_after: number
        readonly tarpit_window_ms: number
        readonly tarpit_base_ms: number
        readonly tarpit_delay_max_ms: number
        readonly tarpit_quiet_ms: number
        readonly delayed_max: number
        readonly peers_max: number
      }
      readonly event: never
    }
    /** Lists the peers that operators sent to the tarpit. */
    readonly getTarpits: {
      readonly request: Readonly<Record<string, undefined>>
      readonly response: {
        readonly items: readonly {
          /** Who is at the other end, as the node sees it: usually an IP address */
          readonly peer: string
          readonly remaining_ms: number
          readonly delay_ms: number
        }[]
      }
      readonly event: never
    }
    /** Makes every request of a peer wait `delay_ms`, for the next `for_ms`. */
    readonly putTarpit: {
      readonly request: {
        /** Who is at the other end, as the node sees it: usually an IP address */
        readonly peer: string
        readonly for_ms: number
        readonly delay_ms: number
      }
      readonly response: {
        readonly outcome: 'created' | 'replaced'
        /** Who is at the other end, as the node sees it: usually an IP address */
        readonly peer: string
        readonly remaining_ms: number
        readonly delay_ms: number
      }
      readonly event: never
    }
    /** Lets a peer out of the tarpit that an operator sent it to. */
    readonly removeTarpit: {
      readonly request: {
        /** Who is at the other end, as the node sees it: usually an IP address */
        readonly peer: string
      }
      readonly response: Readonly<Record<string, undefined>>
      readonly event: never
    }
  }
  readonly peers: {
    /** Begins a meeting: tells who dials, and proves that it is this node that answers. */
    readonly greet: {
      readonly request: {
        readonly node: string
        readonly descriptor: {
          readonly v: number
          readonly kind: 'node' | 'service'
          readonly key: string
          readonly name: string
          readonly addresses: readonly string[]
          readonly services: readonly {
            readonly name: string
            readonly protocol: number
            readonly operations: readonly string[]
          }[]
          readonly profile: string
          readonly version: string
          readonly issued_ms: number
          readonly expires_ms: number
          readonly seq: number
        }
        readonly signature: string
        readonly nonce: string
      }
      readonly response: {
        readonly node: string
        readonly descriptor: {
          readonly v: number
          readonly kind: 'node' | 'service'
          readonly key: string
          readonly name: string
          readonly addresses: readonly string[]
          readonly services: readonly {
            readonly name: string
            readonly protocol: number
            readonly operations: readonly string[]
          }[]
          readonly profile: string
          readonly version: string
          readonly issued_ms: number
          readonly expires_ms: number
          readonly seq: number
        }
        readonly signature: string
        readonly nonce: string
        readonly proof: string
      }
      readonly event: never
    }
    /** Ends a meeting: proves to the node that was greeted that it is the one it said. */
    readonly prove: {
      readonly request: { readonly node: string; readonly nonce: string; readonly proof: string }
      readonly response: Readonly<Record<string, undefined>>
      readonly event: never
    }
    /** Brings content here from a peer, once it hashes to its address; nothing for what is here already. */
    readonly fetch: {
      readonly request: { readonly peer: string; readonly address: string }
      readonly response: {
        readonly outcome: 'fetched' | 'known'
        readonly address: string
        readonly bytes: number
      }
      readonly event: never
    }
    /** Forwards a topic to a peer: every message in it is sent there and then acknowledged here. */
    readonly forward: {
      readonly request: { readonly peer: string; readonly topic: string; readonly to?: string | undefined }
      readonly response: {
        readonly outcome: 'created' | 'unchanged'
        readonly peer: string
        readonly topic: string
        readonly to: string
      }
      readonly event: never
    }
    /** No longer forwards a topic to a peer; what was not sent stays in the topic. */
    readonly unforward: {
      readonly request: { readonly peer: string; readonly topic: string }
      readonly response: Readonly<Record<string, undefined>>
      readonly event: never
    }
    /** Lists the links of this node, the nodes that linked with it, and the topics that the caller forwards. */
    readonly list: {
      readonly request: Readonly<Record<string, undefined>>
      readonly response: {
        readonly links: readonly {
          readonly peer: string
          readonly node: string
          readonly url: string
          readonly up: boolean
          readonly because?: string | undefined
          readonly hops: number
          readonly hop_p50_us: number
          readonly hop_p99_us: number
        }[]
        readonly met: readonly { readonly node: string; readonly at_ms: number }[]
        readonly forwards: readonly {
          readonly peer: string
          readonly topic: string
          readonly to: string
          readonly sent: number
          readonly repeated: number
          readonly failed: number
        }[]
      }
      readonly event: never
    }
  }
  readonly policy: {
    /** Reads the bundle in force, as it was installed. */
    readonly getBundle: {
      readonly request: Readonly<Record<string, undefined>>
      readonly response: {
        readonly version: number
        readonly content_type: string
        readonly etag: string
        readonly body: Uint8Array<ArrayBuffer>
      }
      readonly event: never
    }
    /** Puts a bundle in force; its version must be higher than the one it replaces. */
    readonly putBundle: {
      readonly request: { readonly body: Uint8Array }
      readonly response: { readonly version: number; readonly rules: number }
      readonly event: never
    }
    /** Decides a request that is only described, and says what every rule made of it. */
    readonly simulate: {
      readonly request: {
        readonly tenant?: string | undefined
        readonly method: string
        readonly path: string
        readonly region?: string | undefined
        readonly body_bytes?: number | undefined
        readonly tags?: readonly string[] | undefined
      }
      readonly response: {
        readonly allow: boolean
        readonly rule: string
        readonly reason: string
        readonly version: number
        readonly trace: readonly {
          readonly rule: string
          readonly outcome: 'hit' | 'miss'
          readonly because: string
        }[]
      }
      readonly event: never
    }
  }
  readonly registry: {
    /** Registers a node or service under its key, in place of an earlier descriptor of that key. Repeating changes nothing. */
    readonly register: {
      readonly request: {
        readonly node: string
        readonly descriptor: {
          readonly v: number
          readonly kind: 'node' | 'service'
          readonly key: string
          readonly name: string
          readonly addresses: readonly string[]
          readonly services: readonly {
            readonly name: string
            readonly protocol: number
            readonly operations: readonly string[]
          }[]
          readonly profile: string
          readonly version: string
          readonly issued_ms: number
          readonly expires_ms: number
          readonly seq: number
        }
        readonly signature: string
      }
      readonly response: {
        readonly outcome: 'created' | 'replaced' | 'unchanged'
        readonly node: string
        readonly name: string
        readonly expires_ms: number
        readonly seq: number
      }
      readonly event: never
    }
    /** Finds a node or service by its id. */
    readonly get: {
      readonly request: { readonly node: string }
      readonly response: {
        readonly node: string
        readonly name: string
        readonly descriptor: {
          readonly v: number
          readonly kind: 'node' | 'service'
          readonly key: string
          readonly name: string
          readonly addresses: readonly string[]
          readonly services: readonly {
            readonly name: string
            readonly protocol: number
            readonly operations: readonly string[]
          }[]
          readonly profile: string
          readonly version: string
          readonly issued_ms: number
          readonly expires_ms: number
          readonly seq: number
        }
        readonly signature: string
      }
      readonly event: never
    }
    /** Finds a node or service by its name, in whatever spelling. */
    readonly resolve: {
      readonly request: { readonly name: string }
      readonly response: {
        readonly node: string
        readonly name: string
        readonly descriptor: {
          readonly v: number
          readonly kind: 'node' | 'service'
          readonly key: string
          readonly name: string
          readonly addresses: readonly string[]
          readonly services: readonly {
            readonly name: string
            readonly protocol: number
            readonly operations: readonly string[]
          }[]
          readonly profile: string
          readonly version: string
          readonly issued_ms: number
          readonly expires_ms: number
          readonly seq: number
        }
        readonly signature: string
      }
      readonly event: never
    }
    /** Lists who is registered, in the order of their ids. */
    readonly list: {
      readonly request: { readonly after?: string | undefined; readonly limit?: number | undefined }
      readonly response: {
        readonly items: readonly {
          readonly node: string
          readonly name: string
          readonly kind: 'node' | 'service'
          readonly expires_ms: number
          readonly seq: number
        }[]
        readonly next?: string | undefined
      }
      readonly event: never
    }
    /** Takes a node or service out of the registry; it may register again. */
    readonly remove: {
      readonly request: { readonly node: string }
      readonly response: Readonly<Record<string, undefined>>
      readonly event: never
    }
  }
  readonly search: {
    /** Adds a document, or replaces the one of that id. */
    readonly putDoc: {
      readonly request: {
        /** Any name without white space or unprintable characters. */
        readonly id: string
        /** Text by field name, such as `title` and `body`. A match in `title` counts double. */
        readonly fields: Readonly<Record<string, string>>
        readonly tags?: readonly string[] | undefined
      }
      readonly response: { readonly outcome: 'created' | 'replaced' }
      readonly event: never
    }
    /** A document as it was put. */
    readonly getDoc: {
      readonly request: {
        /** Any name without white space or unprintable characters. */
        readonly id: string
      }
      readonly response: {
        /** Any name without white space or unprintable characters. */
        readonly id: string
        /** Text by field name, such as `title` and `body`. A match in `title` counts double. */
        readonly fields: Readonly<Record<string, string>>
        readonly tags?: readonly string[] | undefined
      }
      readonly event: never
    }
    /** Removes a document. */
    readonly removeDoc: {
      readonly request: {
        /** Any name without white space or unprintable characters. */
        readonly id: string
      }
      readonly response: Readonly<Record<string, undefined>>
      readonly event: never
    }
    /** Adds or replaces many documents, in order. When one does not fit, those before it stay. */
    readonly putDocs: {
      readonly request: {
        readonly docs: readonly {
          /** Any name without white space or unprintable characters. */
          readonly id: string
          /** Text by field name, such as `title` and `body`. A match in `title` counts double. */
          readonly fields: Readonly<Record<string, string>>
          readonly tags?: readonly string[] | undefined
        }[]
      }
      readonly response: { readonly created: number; readonly replaced: number }
      readonly event: never
    }
    /** Ranked documents with the places that match. `q`: words, "a phrase", -left -"left out". */
    readonly search: {
      readonly request: {
        readonly q: string
        readonly limit?: number | undefined
        readonly offset?: number | undefined
        /** Also find longer words that begin with a word of q. */
        readonly prefix?: boolean | undefined
        /** Also find words one or two edits away. */
        readonly fuzzy?: boolean | undefined
        readonly field?: string | undefined
        readonly tag?: string | undefined
      }
      readonly response: {
        readonly query: string
        readonly results: readonly {
          /** Any name without white space or unprintable characters. */
          readonly id: string
          readonly score: number
          readonly snippets: readonly {
            readonly field: string
            /** A piece of the field as it was written. */
            readonly text: string
            /** Start and end of each match in `text`, in UTF-16 code units, end exclusive. */
            readonly highlights: readonly (readonly [number, number])[]
          }[]
        }[]
        readonly limit: number
        readonly offset: number
        /** Documents that match: exact up to 1000 unless q has phrases, an estimate beyond. */
        readonly total_estimate: number
        readonly next_offset?: number | undefined
        readonly has_more: boolean
      }
      readonly event: never
    }
    /** Completes the last word of what is being typed. */
    readonly suggest: {
      readonly request: { readonly q: string; readonly limit?: number | undefined }
      readonly response: {
        readonly query: string
        readonly suggestions: readonly { readonly text: string; readonly count: number }[]
      }
      readonly event: never
    }
  }
  readonly zk: {
    /** Verifies one proof, sent as the body, of public inputs and a nonce. */
    readonly verify: {
      readonly request: {
        readonly circuit: string
        readonly inputs: readonly string[]
        readonly nonce: string
        readonly body: Uint8Array
      }
      readonly response: {
        readonly valid: boolean
        readonly reason?:
          'length' | 'inputs' | 'range' | 'infinity' | 'encoding' | 'point' | 'equation' | undefined
      }
      readonly event: never
    }
    /** Lists the circuits that proofs are verified for, and what a prover has to know of each. */
    readonly circuits: {
      readonly request: Readonly<Record<string, undefined>>
      readonly response: {
        readonly verifier: string
        readonly items: readonly {
          readonly circuit: string
          readonly summary: string
          readonly system: string
          readonly inputs: readonly string[]
          readonly pinned: readonly string[]
          readonly domain: string
          readonly key_hash: string
          readonly parameters_hash: string
          readonly proof_bytes: number
          readonly experimental: boolean
          readonly batch_max: number
        }[]
      }
      readonly event: never
    }
    /** Gives out a nonce for the proofs of one request whose capability asks for some. */
    readonly nonce: {
      readonly request: Readonly<Record<string, undefined>>
      readonly response: { readonly nonce: string; readonly verifier: string; readonly expires_in_ms: number }
      readonly event: never
    }
    /** Verifies that an event is under a root that the audit log of this node published. */
    readonly inclusion: {
      readonly request: {
        readonly root: string
        readonly event: string
        readonly nonce: string
        readonly body: Uint8Array
      }
      readonly response: {
        readonly valid: boolean
        readonly log?: { readonly origin: string; readonly size: number; readonly first: number } | undefined
        readonly rule?: string | undefined
        readonly reason?: string | undefined
        readonly fix?: string | undefined
      }
      readonly event: never
    }
    /** Takes the root of the counters of a day, which the meter of the tenant commits to. */
    readonly commit: {
      readonly request: { readonly epoch: number; readonly root: string }
      readonly response: { readonly replaced: boolean }
      readonly event: never
    }
  }
}

export const bindings: Readonly<Record<string, Readonly<Record<string, Binding>>>> = {
  feed: {
    follow: {
      protocol: 513,
      code: 64,
      route: 'POST /feed/follow',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    unfollow: {
      protocol: 513,
      code: 65,
      route: 'POST /feed/unfollow',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    post: {
      protocol: 513,
      code: 66,
      route: 'POST /feed/post',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 30000,
      fieldTypes: {},
    },
    fanout: {
      protocol: 513,
      code: 67,
      route: 'POST /feed/fanout',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 30000,
      fieldTypes: {},
    },
    home: {
      protocol: 513,
      code: 68,
      route: 'GET /feed/home',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    author: {
      protocol: 513,
      code: 69,
      route: 'GET /feed/author',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    removePost: {
      protocol: 513,
      code: 70,
      route: 'DELETE /feed/posts/:post_id',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 30000,
      fieldTypes: {},
    },
    watchHome: {
      protocol: 513,
      code: 71,
      route: 'GET /feed/subscribe',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: true,
      timeoutMs: 5000,
      fieldTypes: {},
    },
  },
  graph: {
    link: {
      protocol: 258,
      code: 1,
      route: 'PUT /graph/edges',
      requestHeaders: {},
      responseHeaders: {},
      statusField: 'outcome',
      statuses: { created: 201, replaced: 200 },
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    unlink: {
      protocol: 258,
      code: 2,
      route: 'DELETE /graph/edges',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    linkAll: {
      protocol: 258,
      code: 3,
      route: 'POST /graph/edges',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    graph: {
      protocol: 258,
      code: 4,
      route: 'GET /graph',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    neighbors: {
      protocol: 258,
      code: 5,
      route: 'GET /graph/nodes/:node',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    removeNode: {
      protocol: 258,
      code: 6,
      route: 'DELETE /graph/nodes/:node',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 10000,
      fieldTypes: {},
    },
    mutuals: {
      protocol: 258,
      code: 7,
      route: 'GET /graph/mutuals',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    degree: {
      protocol: 258,
      code: 8,
      route: 'GET /graph/degree',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
  },
  mailbox: {
    send: {
      protocol: 513,
      code: 1,
      route: 'POST /v1/mailbox/send',
      requestHeaders: { idempotency_key: 'idempotency-key', idempotency_mode: 'x-idempotency-mode' },
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    sendBytes: {
      protocol: 513,
      code: 2,
      route: 'POST /v1/mailbox/topics/*topic',
      requestHeaders: { idempotency_key: 'idempotency-key', idempotency_mode: 'x-idempotency-mode' },
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'bytes',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    recv: {
      protocol: 513,
      code: 3,
      route: 'POST /v1/mailbox/recv',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 25000,
      fieldTypes: {},
    },
    recvBytes: {
      protocol: 513,
      code: 12,
      route: 'POST /v1/mailbox/recv/*topic',
      requestHeaders: {},
      responseHeaders: {
        msg_id: 'x-msg-id',
        topic: 'x-topic',
        ts: 'x-sent-at',
        idem_key: 'idempotency-key',
        payload_hash: 'x-content-b3',
        attempt: 'x-attempt',
        lease: 'x-lease',
      },
      statusField: 'outcome',
      statuses: { message: 200, empty: 204 },
      requestBody: 'none',
      responseBody: 'bytes',
      subscription: false,
      timeoutMs: 25000,
      fieldTypes: {
        msg_id: 'string',
        topic: 'string',
        ts: 'string',
        idem_key: 'string',
        payload_hash: 'string',
        attempt: 'number',
        lease: 'string',
      },
    },
    ack: {
      protocol: 513,
      code: 4,
      route: 'POST /v1/mailbox/ack',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    ackByPath: {
      protocol: 513,
      code: 5,
      route: 'POST /v1/mailbox/ack/:msg_id',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    nack: {
      protocol: 513,
      code: 6,
      route: 'POST /v1/mailbox/nack',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    nackByPath: {
      protocol: 513,
      code: 7,
      route: 'POST /v1/mailbox/nack/:msg_id',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    subscribe: {
      protocol: 513,
      code: 8,
      route: 'GET /v1/mailbox/subscribe',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: true,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    dlqReprocess: {
      protocol: 513,
      code: 9,
      route: 'POST /v1/mailbox/dlq/reprocess',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    topics: {
      protocol: 513,
      code: 10,
      route: 'GET /v1/mailbox/topics',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    topic: {
      protocol: 513,
      code: 11,
      route: 'GET /v1/mailbox/topics/*topic',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    sendBatch: {
      protocol: 513,
      code: 13,
      route: 'POST /v1/mailbox/send_batch',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    ackBatch: {
      protocol: 513,
      code: 14,
      route: 'POST /v1/mailbox/ack_batch',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    sendPacked: {
      protocol: 513,
      code: 15,
      route: 'POST /v1/mailbox/packed/send/*topic',
      requestHeaders: {},
      responseHeaders: {
        kept: 'x-kept',
        duplicates: 'x-duplicates',
        refused_code: 'x-refused-code',
        refused_detail: 'x-refused-detail',
      },
      statusField: null,
      statuses: {},
      requestBody: 'bytes',
      responseBody: 'bytes',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: { kept: 'number', duplicates: 'number', refused_code: 'string', refused_detail: 'string' },
    },
    recvPacked: {
      protocol: 513,
      code: 16,
      route: 'POST /v1/mailbox/packed/recv/*topic',
      requestHeaders: {},
      responseHeaders: { count: 'x-count', lease: 'x-lease' },
      statusField: 'outcome',
      statuses: { messages: 200, empty: 204 },
      requestBody: 'none',
      responseBody: 'bytes',
      subscription: false,
      timeoutMs: 25000,
      fieldTypes: { count: 'number', lease: 'string' },
    },
    ackPacked: {
      protocol: 513,
      code: 17,
      route: 'POST /v1/mailbox/packed/ack',
      requestHeaders: { lease: 'x-lease' },
      responseHeaders: { done: 'x-done' },
      statusField: null,
      statuses: {},
      requestBody: 'bytes',
      responseBody: 'bytes',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: { done: 'number' },
    },
  },
  media: {
    limits: {
      protocol: 257,
      code: 20,
      route: 'OPTIONS /media',
      requestHeaders: {},
      responseHeaders: {
        tus: 'tus-resumable',
        versions: 'tus-version',
        extensions: 'tus-extension',
        bytes_max: 'tus-max-size',
      },
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: { tus: 'string', versions: 'string', extensions: 'string', bytes_max: 'number' },
    },
    create: {
      protocol: 257,
      code: 21,
      route: 'POST /media/*name',
      requestHeaders: { bytes: 'upload-length', metadata: 'upload-metadata', tus: 'tus-resumable' },
      responseHeaders: {
        location: 'location',
        upload_offset: 'upload-offset',
        tus: 'tus-resumable',
        expires: 'upload-expires',
      },
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: { location: 'string', upload_offset: 'number', tus: 'string', expires: 'string' },
    },
    append: {
      protocol: 257,
      code: 22,
      route: 'PATCH /media/*name',
      requestHeaders: { upload_offset: 'upload-offset', content_type: 'content-type', tus: 'tus-resumable' },
      responseHeaders: {
        etag: 'etag',
        upload_offset: 'upload-offset',
        tus: 'tus-resumable',
        expires: 'upload-expires',
      },
      statusField: null,
      statuses: {},
      requestBody: 'bytes',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 30000,
      fieldTypes: { etag: 'string', upload_offset: 'number', tus: 'string', expires: 'string' },
    },
    get: {
      protocol: 257,
      code: 23,
      route: 'GET /media/*name',
      requestHeaders: {
        range: 'range',
        if_range: 'if-range',
        if_match: 'if-match',
        if_none_match: 'if-none-match',
      },
      responseHeaders: {
        manifest: 'x-manifest-b3',
        etag: 'etag',
        content_type: 'content-type',
        content_range: 'content-range',
        accept_ranges: 'accept-ranges',
        cache_control: 'cache-control',
        length: 'upload-length',
        metadata: 'upload-metadata',
        upload_offset: 'upload-offset',
        tus: 'tus-resumable',
        expires: 'upload-expires',
      },
      statusField: 'outcome',
      statuses: { whole: 200, part: 206, unchanged: 304, uploading: 204 },
      requestBody: 'none',
      responseBody: 'bytes',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {
        manifest: 'string',
        etag: 'string',
        content_type: 'string',
        content_range: 'string',
        accept_ranges: 'string',
        cache_control: 'string',
        length: 'number',
        metadata: 'string',
        upload_offset: 'number',
        tus: 'string',
        expires: 'string',
      },
    },
    remove: {
      protocol: 257,
      code: 24,
      route: 'DELETE /media/*name',
      requestHeaders: { if_match: 'if-match', tus: 'tus-resumable' },
      responseHeaders: { tus: 'tus-resumable' },
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 30000,
      fieldTypes: { tus: 'string' },
    },
    list: {
      protocol: 257,
      code: 25,
      route: 'GET /media',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    watch: {
      protocol: 257,
      code: 26,
      route: 'GET /media-stored',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: true,
      timeoutMs: 5000,
      fieldTypes: {},
    },
  },
  objects: {
    get: {
      protocol: 257,
      code: 1,
      route: 'GET /objects/*name',
      requestHeaders: {
        range: 'range',
        if_range: 'if-range',
        if_match: 'if-match',
        if_none_match: 'if-none-match',
      },
      responseHeaders: {
        address: 'x-content-b3',
        etag: 'etag',
        content_type: 'content-type',
        content_range: 'content-range',
        accept_ranges: 'accept-ranges',
        cache_control: 'cache-control',
      },
      statusField: 'outcome',
      statuses: { whole: 200, part: 206, unchanged: 304 },
      requestBody: 'none',
      responseBody: 'bytes',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {
        address: 'string',
        etag: 'string',
        content_type: 'string',
        content_range: 'string',
        accept_ranges: 'string',
        cache_control: 'string',
      },
    },
    put: {
      protocol: 257,
      code: 2,
      route: 'PUT /objects/*name',
      requestHeaders: {
        expected: 'x-content-b3',
        content_type: 'content-type',
        if_match: 'if-match',
        if_none_match: 'if-none-match',
      },
      responseHeaders: { etag: 'etag' },
      statusField: 'outcome',
      statuses: { created: 201, replaced: 200 },
      requestBody: 'bytes',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: { etag: 'string' },
    },
    remove: {
      protocol: 257,
      code: 3,
      route: 'DELETE /objects/*name',
      requestHeaders: { if_match: 'if-match' },
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    list: {
      protocol: 257,
      code: 4,
      route: 'GET /objects',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    post: {
      protocol: 257,
      code: 5,
      route: 'POST /o',
      requestHeaders: { expected: 'x-content-b3', content_type: 'content-type' },
      responseHeaders: { location: 'location', etag: 'etag' },
      statusField: 'outcome',
      statuses: { created: 201, known: 200 },
      requestBody: 'bytes',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: { location: 'string', etag: 'string' },
    },
    getByAddress: {
      protocol: 257,
      code: 6,
      route: 'GET /o/:address',
      requestHeaders: {
        range: 'range',
        if_range: 'if-range',
        if_match: 'if-match',
        if_none_match: 'if-none-match',
      },
      responseHeaders: {
        address: 'x-content-b3',
        etag: 'etag',
        content_type: 'content-type',
        content_range: 'content-range',
        accept_ranges: 'accept-ranges',
        cache_control: 'cache-control',
      },
      statusField: 'outcome',
      statuses: { whole: 200, part: 206, unchanged: 304 },
      requestBody: 'none',
      responseBody: 'bytes',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {
        address: 'string',
        etag: 'string',
        content_type: 'string',
        content_range: 'string',
        accept_ranges: 'string',
        cache_control: 'string',
      },
    },
    putByAddress: {
      protocol: 257,
      code: 7,
      route: 'PUT /o/:address',
      requestHeaders: { content_type: 'content-type' },
      responseHeaders: { location: 'location', etag: 'etag' },
      statusField: 'outcome',
      statuses: { created: 201, known: 200 },
      requestBody: 'bytes',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: { location: 'string', etag: 'string' },
    },
    removeByAddress: {
      protocol: 257,
      code: 8,
      route: 'DELETE /o/:address',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
  },
  overlay: {
    getCeilings: {
      protocol: 769,
      code: 1,
      route: 'GET /overlay/ceilings',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    putCeilings: {
      protocol: 769,
      code: 2,
      route: 'PUT /overlay/ceilings',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    getTarpits: {
      protocol: 769,
      code: 3,
      route: 'GET /overlay/tarpits',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    putTarpit: {
      protocol: 769,
      code: 4,
      route: 'PUT /overlay/tarpits/:peer',
      requestHeaders: {},
      responseHeaders: {},
      statusField: 'outcome',
      statuses: { created: 201, replaced: 200 },
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    removeTarpit: {
      protocol: 769,
      code: 5,
      route: 'DELETE /overlay/tarpits/:peer',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
  },
  peers: {
    greet: {
      protocol: 774,
      code: 1,
      route: 'POST /peers/greet',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    prove: {
      protocol: 774,
      code: 2,
      route: 'POST /peers/prove',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    fetch: {
      protocol: 774,
      code: 3,
      route: 'POST /peers/:peer/objects/:address',
      requestHeaders: {},
      responseHeaders: {},
      statusField: 'outcome',
      statuses: { fetched: 201, known: 200 },
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 60000,
      fieldTypes: {},
    },
    forward: {
      protocol: 774,
      code: 4,
      route: 'PUT /peers/:peer/forwards/*topic',
      requestHeaders: {},
      responseHeaders: {},
      statusField: 'outcome',
      statuses: { created: 201, unchanged: 200 },
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    unforward: {
      protocol: 774,
      code: 5,
      route: 'DELETE /peers/:peer/forwards/*topic',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    list: {
      protocol: 774,
      code: 6,
      route: 'GET /peers',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
  },
  policy: {
    getBundle: {
      protocol: 770,
      code: 1,
      route: 'GET /policy/bundle',
      requestHeaders: {},
      responseHeaders: { version: 'x-policy-version', content_type: 'content-type', etag: 'etag' },
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'bytes',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: { version: 'number', content_type: 'string', etag: 'string' },
    },
    putBundle: {
      protocol: 770,
      code: 2,
      route: 'PUT /policy/bundle',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'bytes',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    simulate: {
      protocol: 770,
      code: 3,
      route: 'POST /policy/simulate',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
  },
  registry: {
    register: {
      protocol: 773,
      code: 1,
      route: 'PUT /registry/nodes/:node',
      requestHeaders: {},
      responseHeaders: {},
      statusField: 'outcome',
      statuses: { created: 201, replaced: 200, unchanged: 200 },
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    get: {
      protocol: 773,
      code: 2,
      route: 'GET /registry/nodes/:node',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    resolve: {
      protocol: 773,
      code: 3,
      route: 'GET /registry/names/:name',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    list: {
      protocol: 773,
      code: 4,
      route: 'GET /registry/nodes',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    remove: {
      protocol: 773,
      code: 5,
      route: 'DELETE /registry/nodes/:node',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
  },
  search: {
    putDoc: {
      protocol: 258,
      code: 20,
      route: 'PUT /search/docs/:id',
      requestHeaders: {},
      responseHeaders: {},
      statusField: 'outcome',
      statuses: { created: 201, replaced: 200 },
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    getDoc: {
      protocol: 258,
      code: 21,
      route: 'GET /search/docs/:id',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    removeDoc: {
      protocol: 258,
      code: 22,
      route: 'DELETE /search/docs/:id',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    putDocs: {
      protocol: 258,
      code: 23,
      route: 'POST /search/docs',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 10000,
      fieldTypes: {},
    },
    search: {
      protocol: 258,
      code: 24,
      route: 'GET /search',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 2000,
      fieldTypes: {},
    },
    suggest: {
      protocol: 258,
      code: 25,
      route: 'GET /search/suggest',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
  },
  zk: {
    verify: {
      protocol: 771,
      code: 1,
      route: 'POST /zk/verify',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'bytes',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    circuits: {
      protocol: 771,
      code: 2,
      route: 'GET /zk/circuits',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    nonce: {
      protocol: 771,
      code: 3,
      route: 'POST /zk/nonces',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
    inclusion: {
      protocol: 771,
      code: 4,
      route: 'POST /zk/inclusion',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'bytes',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 5000,
      fieldTypes: {},
    },
    commit: {
      protocol: 771,
      code: 5,
      route: 'PUT /zk/counters',
      requestHeaders: {},
      responseHeaders: {},
      statusField: null,
      statuses: {},
      requestBody: 'none',
      responseBody: 'none',
      subscription: false,
      timeoutMs: 1000,
      fieldTypes: {},
    },
  },
}
