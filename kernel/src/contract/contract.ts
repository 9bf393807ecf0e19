/**
 * A contract is everything the node needs to know about a service without running it. It is plain data:
 * the kernel reads it to size the inbox, the transport to route and check requests, the docs to describe
 * them, and callers to get types. From one line in the roster come thread, inbox, start order, client,
 * request parsing, wall checks, config section, metrics and documentation.
 */

import type { Static, TObject } from 'typebox'
import type { Blobs } from '../ports/blobs.ts'
import type { Clock } from '../ports/clock.ts'
import type { Journal } from '../ports/journal.ts'
import type { Log } from '../ports/log.ts'
import type { Random } from '../ports/random.ts'
import type { Stamps } from '../ports/stamps.ts'
import type { CommonRefusal, RefusalCode, RefusalMore } from './refusals.ts'

/** Whether raw bytes ride beside the fields. Bytes never travel inside JSON or CBOR. */
export type BodyKind = 'none' | 'bytes'

export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS'

/**
 * How an operation looks over HTTP. Path parameters (`:one` segment, `*rest` of the path) and the headers
 * named here fill request fields of the same name; the others come from the JSON body of a PUT or POST
 * without raw bytes, else from the query. `HEAD` follows from `GET`.
 */
export interface HttpBinding {
  readonly route: `${Method} /${string}`
  /** The success status, or a response field whose value picks it. */
  readonly status: number | { readonly field: string; readonly of: Readonly<Record<string, number>> }
  /** request field → header it is read from, lower case */
  readonly requestHeaders: Readonly<Record<string, string>>
  /** response field → header it is written to, lower case; such a field is not repeated in the JSON body */
  readonly responseHeaders: Readonly<Record<string, string>>
  /**
   * Where the bytes of an answer may be more than one message carries: the operation of this service that gives
   * those that follow. An answer then says in `bytes` how many there are in all, and while there are more, in `next`
   * what to ask that operation; HTTP sends them as one body.
   */
  readonly continuedBy?: string
}

/** How an operation is reached from outside. */
export interface Door {
  /** The capability verb a caller needs, `noun.verb`. */
  readonly verb: string
  /** OAP operation number within the service's protocol, 1 to 65535. */
  readonly code: number
  readonly http: HttpBinding
}

/** One thing a service can be asked to do. */
export interface Operation<
  Request extends TObject = TObject,
  RequestBody extends BodyKind = BodyKind,
  Response extends TObject = TObject,
  ResponseBody extends BodyKind = BodyKind,
  Event extends TObject | null = TObject | null,
  Code extends RefusalCode = RefusalCode,
> {
  readonly summary: string
  readonly request: Request
  readonly requestBody: RequestBody
  readonly response: Response
  readonly responseBody: ResponseBody
  /** Fields of the events a subscription sends before its response; null for a plain call. */
  readonly events: Event
  /** Failures the caller should plan for. Anything else thrown is a fault of the service. */
  readonly refusals: readonly Code[]
  /** From send to answer. A subscription's runs until the service has taken it up, then it may last. */
  readonly timeoutMs: number
  /** null: peers and the kernel may call it, nobody outside. */
  readonly door: Door | null
}

/** Where requests wait. Full means refused at once: a queue that grows is a slow crash. */
export interface InboxShape {
  readonly capacity: number
  readonly concurrency: number
  /** Subscriptions open at one time. They take no place from requests; unless it says otherwise, as many as those. */
  readonly subscriptions?: number
}

/** What of a service outlives its thread. */
export interface StateShape {
  /** Which of its settings says how many bytes the journal may take. */
  readonly journal: string
  /** Which says how many bytes of content it may keep beside its records; null: it keeps none. */
  readonly blobs: string | null
  /** Whether others keep its answers, and are told which are no longer good. */
  readonly stamps: boolean
}

export interface Contract<
  Config extends TObject = TObject,
  Operations extends OperationMap = OperationMap,
  Uses extends ContractMap = ContractMap,
  State extends StateShape | null = StateShape | null,
> {
  /** Also the folder name, the config section, the metric label and the address on the bus. */
  readonly name: string
  readonly summary: string
  /** The node is ready only while every required service is ready. */
  readonly need: 'required' | 'optional'
  readonly inbox: InboxShape
  readonly config: Config
  /** null: it begins anew with every thread. */
  readonly state: State
  /** Services this one calls. They start before it and stop after it. */
  readonly uses: Uses
  /** OAP protocol number, 1 to 65535. */
  readonly oap: number
  readonly operations: Operations
}

export type OperationMap = Readonly<Record<string, Operation>>
export type ContractMap = Readonly<Record<string, Contract>>

/**
 * What a service says about itself when the kernel asks. A degraded one answers everything and says what is
 * wrong; one that rebuilds what its last thread had answers a part, and is not ready.
 */
export type Health =
  { readonly state: 'ready' } | { readonly state: 'degraded' | 'rebuilding'; readonly because: string }

/** Who asks. Filled by the wall; a peer's call carries the caller it acts for. */
export interface Caller {
  /** Identifier of the capability, never the capability itself. */
  readonly subject: string
  /** 32 lower-case hex digits; 32 zeros for none. */
  readonly tenant: string
  /** W3C trace id, 32 lower-case hex digits. */
  readonly traceId: string
}

/** Handed to a service once, when it starts. Its only way to reach the outside. */
export interface Context<C extends Contract> {
  readonly config: ConfigOf<C>
  readonly peers: { readonly [Name in keyof C['uses']]: Client<C['uses'][Name]> }
  /** What the threads before this one recorded, to be replayed first; null for a service without state. */
  readonly journal: C['state'] extends StateShape ? Journal : null
  /** Content that the records speak of; null where the contract names no room for it. */
  readonly blobs: C['state'] extends { readonly blobs: string } ? Blobs : null
  /** Tells those who keep its answers which are no longer good; null where the contract says that nobody does. */
  readonly stamps: C['state'] extends { readonly stamps: true } ? Stamps : null
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** A started service. */
export interface Running<C extends Contract> {
  readonly handle: { readonly [Name in keyof C['operations']]: Handler<C['operations'][Name]> }
  health(): Health
  stop(): Promise<void>
}

export type Start<C extends Contract> = (context: Context<C>) => Promise<Running<C>>

/** Handed to a handler with every request. */
export interface Call<Op extends Operation> {
  readonly caller: Caller
  /** Aborts when the caller gives up, its deadline passes or the service stops. */
  readonly signal: AbortSignal
  /**
   * Sends one event of a subscription. False when the subscriber's window is full: the event was not sent,
   * and the service decides whether to keep it or to count it as lost.
   */
  readonly emit: (event: EventOf<Op>) => boolean
  /** Resolves when the subscriber has room again, or rejects when `signal` aborts. */
  readonly room: () => Promise<void>
  readonly refuse: (code: RefusalsOf<Op> | 'BadRequest', message: string, more?: RefusalMore) => never
}

export type Handler<Op extends Operation> = (
  request: RequestOf<Op>,
  call: Call<Op>,
) => ResponseOf<Op> | Promise<ResponseOf<Op>>

/** What a caller holds: one method per operation. */
export type Client<C extends Contract> = {
  readonly [Name in keyof C['operations']]: (
    request: RequestOf<C['operations'][Name]>,
    options: CallOptions<C['operations'][Name]>,
  ) => Promise<ResponseOf<C['operations'][Name]>>
}

export interface CallOptions<Op extends Operation = Operation> {
  readonly caller: Caller
  readonly signal?: AbortSignal
  /** At most the operation's own `timeoutMs`. */
  readonly timeoutMs?: number
  /** For a subscription: called with each event. Returning a promise holds back the next ones. */
  readonly onEvent?: (event: EventOf<Op>) => void | Promise<void>
}

type WithBody<Kind extends BodyKind> = Kind extends 'bytes' ? { body: Uint8Array } : unknown
export type RequestOf<Op extends Operation> = Static<Op['request']> & WithBody<Op['requestBody']>
export type ResponseOf<Op extends Operation> = Static<Op['response']> & WithBody<Op['responseBody']>
export type EventOf<Op extends Operation> = Op['events'] extends TObject ? Static<Op['events']> : never
export type RefusalsOf<Op extends Operation> = Op['refusals'][number]
export type ConfigOf<C extends Contract> = Static<C['config']>
export type AnyRefusalOf<Op extends Operation> = RefusalsOf<Op> | CommonRefusal

/** Declares one operation. Every field is written out, so a contract reads without its defaults. */
export function operation<
  Request extends TObject,
  RequestBody extends BodyKind,
  Response extends TObject,
  ResponseBody extends BodyKind,
  Event extends TObject | null,
  const Code extends RefusalCode,
>(
  shape: Operation<Request, RequestBody, Response, ResponseBody, Event, Code>,
): Operation<Request, RequestBody, Response, ResponseBody, Event, Code> {
  return shape
}

/** Declares a service. */
export function contract<
  Config extends TObject,
  Operations extends OperationMap,
  Uses extends ContractMap,
  const State extends StateShape | null,
>(shape: Contract<Config, Operations, Uses, State>): Contract<Config, Operations, Uses, State> {
  return shape
}

/**
 * Implements a contract: `export default service<typeof storage>(async (context) => …)`. The contract is a
 * type here, so a service's thread does not load the schema library.
 */
export function service<C extends Contract>(start: Start<C>): Start<C> {
  return start
}
