/** How a call travels. HTTP and OAP each carry calls and subscriptions; everything above does not know which. */

/** Plain values, as the contracts' schemas describe them. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value | undefined }
export type Fields = Readonly<Record<string, Value | undefined>>

/** One row of `generated/operations.ts`: how to reach an operation. */
export interface Binding {
  readonly protocol: number
  readonly code: number
  readonly route: string
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly responseHeaders: Readonly<Record<string, string>>
  /** The response field that the HTTP status tells, and what each of its values is sent as. */
  readonly statusField: string | null
  readonly statuses: Readonly<Record<string, number>>
  readonly requestBody: 'none' | 'bytes'
  readonly responseBody: 'none' | 'bytes'
  readonly subscription: boolean
  readonly timeoutMs: number
  readonly fieldTypes: Readonly<Record<string, string>>
}

export interface Answer {
  readonly fields: Fields
  readonly body: Uint8Array
}

export interface Carrier {
  /** Rejects with a NodeError, a ConnectionError, or the signal's reason. */
  call(binding: Binding, fields: Fields, body: Uint8Array | null, signal: AbortSignal): Promise<Answer>
  /** Events until the node ends the subscription or the signal aborts. The consumer's pace is the flow control. */
  subscribe(binding: Binding, fields: Fields, signal: AbortSignal): AsyncIterable<Fields>
  close(): void
}
