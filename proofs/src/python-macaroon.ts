/**
 * Macaroons made in another language, from the libmacaroons format alone: nothing here has seen this
 * project's codec. What it mints and attenuates, the node must take.
 */

import { execFileSync } from 'node:child_process'

const script = `
import base64, hashlib, hmac, sys

def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()

def field(kind, data):
    size = len(data)
    length = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
    return bytes([kind]) + length + data

def whole(packets, signature):
    return base64.urlsafe_b64encode(packets + b"\\0" + field(6, signature)).rstrip(b"=").decode()

def narrowed(packets, signature, caveats):
    for caveat in caveats:
        packets += field(2, caveat.encode()) + b"\\0"
        signature = mac(signature, caveat.encode())
    return whole(packets, signature)

what, first, *rest = sys.argv[1:]
if what == "mint":
    identifier = rest.pop(0).encode()
    signature = mac(mac(b"macaroons-key-generator", bytes.fromhex(first)), identifier)
    print(narrowed(b"\\2" + field(2, identifier) + b"\\0", signature, rest))
else:
    token = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4))
    print(narrowed(token[:-35], token[-32:], rest))
`

/** A macaroon of its own. */
export function pythonMint(keyHex: string, identifier: string, ...caveats: readonly string[]): string {
  return python('mint', keyHex, identifier, ...caveats)
}

/** The token under further caveats. */
export function pythonAttenuate(token: string, ...caveats: readonly string[]): string {
  return python('attenuate', token, ...caveats)
}

function python(...args: readonly string[]): string {
  return execFileSync('python3', ['-c', script, ...args], { encoding: 'utf8' }).trim()
}
