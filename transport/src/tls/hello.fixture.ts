/**
 * The first message of a TLS client (RFC 8446 §4.1.2), written by hand: what libraries would not send. It goes no further
 * than the answer to it, which is told apart by its first bytes.
 *
 *     record 16 03 01 LL LL │ client_hello 01 LL LL LL │ 03 03, random, session, suites, 01 00, extensions
 */

import { randomBytes } from 'node:crypto'

export interface Hello {
  /** The version that older servers go by: 0x0303 is TLS 1.2 and, with `versions`, later. */
  readonly legacy?: number
  /** None is what TLS 1.2 and older send. */
  readonly versions?: readonly number[]
  readonly suites?: readonly number[]
  readonly groups?: readonly number[]
  /** Protocols on top, by ALPN. */
  readonly protocols?: readonly string[]
  /** The content of `server_name`; null sends none. */
  readonly serverName?: Uint8Array | null
  /** By type. */
  readonly further?: readonly (readonly [type: number, content: Uint8Array])[]
}

export const tls13 = 0x0304

/** A key share of X25519 may be any 32 bytes. */
const x25519 = 0x001d
const signatures = [0x0403, 0x0503, 0x0804]

export function clientHello({
  legacy = 0x0303,
  versions = [tls13],
  suites = [0x1301, 0x1302, 0x1303],
  groups = [x25519],
  protocols = [],
  serverName = null,
  further = [],
}: Hello = {}): Buffer {
  const shares = groups.includes(x25519) ? [word(x25519), long(randomBytes(32))] : []
  const extensions = [
    ...(serverName === null ? [] : [extension(0, serverName)]),
    extension(10, words(groups)),
    extension(13, words(signatures)),
    ...(protocols.length === 0 ? [] : [extension(16, long(...protocols.map((one) => short(text(one)))))]),
    ...(versions.length === 0 ? [] : [extension(43, short(...versions.map(word)))]),
    extension(45, Buffer.of(1, 1)),
    extension(51, long(...shares)),
    ...further.map(([type, content]) => extension(type, content)),
  ]
  const body = Buffer.concat([
    word(legacy),
    randomBytes(32),
    short(randomBytes(32)),
    words(suites),
    Buffer.of(1, 0),
    long(...extensions),
  ])
  const message = Buffer.concat([Buffer.of(1, body.length >> 16), word(body.length & 0xffff), body])
  return records(22, message)
}

/** The content of `server_name` with these host names (RFC 6066 §3). */
export function serverNames(...names: readonly (string | Uint8Array)[]): Buffer {
  return long(...names.flatMap((name) => [Buffer.of(0), long(typeof name === 'string' ? text(name) : name)]))
}

/** Content in records of at most 16 KiB. */
export function records(type: number, content: Uint8Array): Buffer {
  const parts: Uint8Array[] = []
  for (let at = 0; at < content.length; at += 16_384) {
    const part = content.subarray(at, at + 16_384)
    parts.push(Buffer.of(type, 3, legacyRecord), word(part.length), part)
  }
  return Buffer.concat(parts)
}

const legacyRecord = 1

/** `hello` when a server goes on, the number of its alert (RFC 8446 §6) when it does not, `nothing` when it is gone. */
export function answerTo(bytes: Uint8Array): 'hello' | 'nothing' | number {
  const [type, , , , , first, second] = bytes
  if (type === 22 && first === 2) return 'hello'
  return type === 21 && second !== undefined ? second : 'nothing'
}

function extension(type: number, content: Uint8Array): Buffer {
  return Buffer.concat([word(type), long(content)])
}

function text(written: string): Buffer {
  return Buffer.from(written, 'latin1')
}

function word(value: number): Buffer {
  return Buffer.of(value >> 8, value & 255)
}

function words(values: readonly number[]): Buffer {
  return long(...values.map(word))
}

/** With its length in a byte, or two. */
function short(...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(content.length), content])
}

function long(...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([word(content.length), content])
}
