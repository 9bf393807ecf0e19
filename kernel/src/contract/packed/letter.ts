/**
 * What a sender says in one message, as bytes: on the wire of the packed operations, in the journal of the
 * mailbox and in its memory alike, so that none of them makes it anew.
 *
 *     u8 length │ key, ASCII │ u16 length │ attributes, a JSON object in UTF-8 │ payload
 *
 * Without attributes their length is 0. JSON keeps every text there is, also half a pair of surrogates.
 */

export interface Letter {
  readonly idem_key: string
  readonly attrs: Readonly<Record<string, string>>
  readonly payload: Uint8Array
}

export const idemKeyMax = 128
/** One byte and two for the lengths. */
const lengthsBytes = 3
const attrsBytesMax = 0xffff
const none: Readonly<Record<string, string>> = Object.freeze({})
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Throws a RangeError for a key that is not 1 to 128 printable characters of ASCII, or attributes beyond 64 KiB. */
export function encodeLetter({ idem_key: key, attrs, payload }: Letter): Uint8Array<ArrayBuffer> {
  const said = attrsBytes(attrs)
  const bytes = new Uint8Array(lengthsBytes + key.length + said.length + payload.length)
  if (key.length === 0 || key.length > idemKeyMax) throw new RangeError(badKey)
  bytes[0] = key.length
  for (let n = 0; n < key.length; n++) {
    const code = key.charCodeAt(n)
    if (code < 0x21 || code > 0x7e) throw new RangeError(badKey)
    bytes[1 + n] = code
  }
  const at = 1 + key.length
  bytes[at] = said.length >>> 8
  bytes[at + 1] = said.length & 0xff
  bytes.set(said, at + 2)
  bytes.set(payload, at + 2 + said.length)
  return bytes
}

/** Where the payload of a letter begins; null when it is cut short, or its key is none. */
export function payloadFrom(letter: Uint8Array): number | null {
  const length = letter[0] ?? 0
  const at = 1 + length
  const high = letter[at]
  const low = letter[at + 1]
  if (length === 0 || length > idemKeyMax || high === undefined || low === undefined) return null
  for (let n = 1; n < at; n++) {
    const code = letter[n] ?? 0
    if (code < 0x21 || code > 0x7e) return null
  }
  const from = at + 2 + high * 256 + low
  return from <= letter.length ? from : null
}

/** Of a letter for which `payloadFrom` is not null. The payload is a view of it. */
export function decodeLetter(letter: Uint8Array): Letter {
  const keyEnd = 1 + (letter[0] ?? 0)
  const attrsFrom = keyEnd + 2
  const attrsEnd = attrsFrom + (letter[keyEnd] ?? 0) * 256 + (letter[keyEnd + 1] ?? 0)
  return {
    idem_key: String.fromCharCode(...letter.subarray(1, keyEnd)),
    attrs: attrsEnd === attrsFrom ? none : JSON.parse(decoder.decode(letter.subarray(attrsFrom, attrsEnd))),
    payload: letter.subarray(attrsEnd),
  }
}

/** The attributes of a letter as it says them; null where that is no JSON. */
export function attrsIn(letter: Uint8Array): unknown {
  try {
    return decodeLetter(letter).attrs
  } catch {
    return null
  }
}

/** Whether a letter says attributes as senders of this project do: a JSON object of texts. */
export function hasAttrs(letter: Uint8Array): boolean {
  const attrs = attrsIn(letter)
  if (typeof attrs !== 'object' || attrs === null || Array.isArray(attrs)) return false
  return Object.values(attrs).every((value) => typeof value === 'string')
}

const badKey = `an idempotency key has 1 to ${idemKeyMax} printable characters of ASCII and no spaces`

function attrsBytes(attrs: Readonly<Record<string, string>>): Uint8Array {
  for (const _ in attrs) {
    const bytes = encoder.encode(JSON.stringify(attrs))
    if (bytes.length > attrsBytesMax) {
      throw new RangeError(`the attributes take ${bytes.length} bytes and a letter carries ${attrsBytesMax}`)
    }
    return bytes
  }
  return new Uint8Array(0)
}
