/** The headers that the node's answers carry, as long as they are there, for peers that are to send as many bytes. */

export type Header = readonly [name: string, value: string]

const address = `b3:${'0'.repeat(64)}`
const id = '0'.repeat(32)

const always: readonly Header[] = [
  ['x-content-type-options', 'nosniff'],
  ['x-request-id', id],
  ['x-correlation-id', id],
  ['etag', `"${address}"`],
]

/** Of a GET. */
export const found: readonly Header[] = [
  ...always,
  ['x-content-b3', address],
  ['content-type', 'application/octet-stream'],
  ['accept-ranges', 'bytes'],
  ['cache-control', 'private, no-cache'],
]

/** Of a PUT. */
export const created: readonly Header[] = [...always, ['content-type', 'application/json']]
