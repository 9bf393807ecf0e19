/** How a call travels. HTTP and OAP each carry calls and subscriptions; everything above does not know which. */

/** Plain values, as the contracts' schemas describe them. */
export type Value =
  string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value | undefined }
export type Fields = Readonly<Record<string, Value | undefined>>

/** One row of `generated/operations.ts`: how to reach an operation. */
export interface Binding {
  readonly protocol: number
  readonly code: number
  /** `GET /o/:address`; `:one` is a segment, `*rest` the rest of the path. */
  readonly route: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly responseHeaders: Readonly<Record<string, string>>
  /** The response field that the HTTP status tells, and what each of its values is sent as. */
  readonly statusField: string | null
  readonly statuses: Readonly<Record<string, number>>
  readonly requestBody: 'none' | 'bytes'
  readonly responseBody: 'none' | 'bytes'
  readonly subscription: boolean
  /** What the node gives the operation. */
  readonly timeoutMs: number
  /** What the text of each response header stands for. */
  readonly fieldTypes: Readonly<Record<string, 'string' | 'number' | 'boolean'>>
}

export interface Answer {
  readonly fields: Fields
  readonly body: Uint8Array<ArrayBuffer>
}

/**
 * Both reject with a NodeError, a ConnectionError, a ProtocolError, or the signal's reason. `proofs` are those that the
 * capability asks for, as text; without them none go along.
 */
export interface Carrier {
  call(
    binding: Binding,
    fields: Fields,
    body: Uint8Array,
    signal: AbortSignal,
    proofs?: string | null,
  ): Promise<Answer>
  /**
   * Resolves when the subscription is under way, with its events until the node ends it. Aborting `signal`,
   * then or later, or returning from the generator ends it here. The consumer's pace is the flow control.
   */
  subscribe(
    binding: Binding,
    fields: Fields,
    signal: AbortSignal,
    proofs?: string | null,
  ): Promise<AsyncGenerator<Fields>>
  /** Ends what is open; no call is made afterwards. */
  close(): void
}
