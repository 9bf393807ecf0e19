/**
 * Several byte strings in one body, each behind its length.
 *
 *     u32 length │ bytes │ u32 length │ bytes │ …        big-endian, as all of OAP/1
 */

export const rowHeadBytes = 4

export function joinRows(rows: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = rows.reduce((sum, row) => sum + rowHeadBytes + row.length, 0)
  const body = new Uint8Array(length)
  const view = new DataView(body.buffer)
  let at = 0
  for (const row of rows) {
    view.setUint32(at, row.length)
    body.set(row, at + rowHeadBytes)
    at += rowHeadBytes + row.length
  }
  return body
}

/** The rows, as views of the body; null when it does not end where a row does, or holds more than `rowsMax`. */
export function splitRows(body: Uint8Array, rowsMax: number): Uint8Array[] | null {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const rows: Uint8Array[] = []
  for (let at = 0; at < body.length;) {
    if (rows.length === rowsMax || at + rowHeadBytes > body.length) return null
    const from = at + rowHeadBytes
    at = from + view.getUint32(at)
    if (at > body.length) return null
    rows.push(body.subarray(from, at))
  }
  return rows
}
