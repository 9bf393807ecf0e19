/**
 * Macaroons made in another language, from the libmacaroons format alone: nothing here has seen this
 * project's codec. What it mints and attenuates, the node must take.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after } from 'node:test'

const script = `
import base64, hashlib, hmac, json, struct, sys

def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()

def field(kind, data):
    size = len(data)
    length = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
    return bytes([kind]) + length + data

def narrowed(packets, signature, caveats):
    for caveat in caveats:
        packets += field(2, caveat.encode()) + b"\\0"
        signature = mac(signature, caveat.encode())
    token = packets + b"\\0" + field(6, signature)
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode()

def rounds(x):
    x = list(x)
    def quarter(a, b, c, d):
        for to, one, other, by in ((b, a, d, 7), (c, b, a, 9), (d, c, b, 13), (a, d, c, 18)):
            sum = (x[one] + x[other]) & 0xffffffff
            x[to] ^= ((sum << by) | (sum >> (32 - by))) & 0xffffffff
    for _ in range(10):
        quarter(0, 4, 8, 12); quarter(5, 9, 13, 1); quarter(10, 14, 2, 6); quarter(15, 3, 7, 11)
        quarter(0, 1, 2, 3); quarter(5, 6, 7, 4); quarter(10, 11, 8, 9); quarter(15, 12, 13, 14)
    return x

def state(key, middle):
    k, n, c = struct.unpack("<8I", key), struct.unpack("<4I", middle), struct.unpack("<4I", b"expand 32-byte k")
    return [c[0], *k[:4], c[1], *n, c[2], *k[4:], c[3]]

def stream(key, nonce, size):
    x = rounds(state(key, nonce[:16]))
    inner = struct.pack("<8I", *(x[at] for at in (0, 5, 10, 15, 6, 7, 8, 9)))
    out = b""
    while len(out) < size:
        start = state(inner, nonce[16:] + struct.pack("<Q", len(out) // 64))
        out += struct.pack("<16I", *((a + b) & 0xffffffff for a, b in zip(start, rounds(start))))
    return out[:size]

def unbox(key, box):
    nonce, tag, sealed = box[:24], box[24:40], box[40:]
    keys = stream(key, nonce, 32 + len(sealed))
    r = int.from_bytes(keys[:16], "little") & 0x0ffffffc0ffffffc0ffffffc0fffffff
    sum = 0
    for at in range(0, len(sealed), 16):
        sum = (sum + int.from_bytes(sealed[at:at + 16] + b"\\1", "little")) * r % (2**130 - 5)
    sum = (sum + int.from_bytes(keys[16:32], "little")) % 2**128
    assert sum.to_bytes(16, "little") == tag, "the box is not for this key"
    return bytes(a ^ b for a, b in zip(sealed, keys[32:]))

def decoded(token):
    return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))

def third_party(token):
    # The last caveat with a vid: identifiers are found behind it, from the end.
    at, found, last = 1, None, None
    while token[at] != 6:
        if token[at] == 0:
            at += 1
            continue
        kind, size, at = token[at], token[at + 1], at + 2
        if size > 127:
            size, at = (size & 127) | (token[at] << 7), at + 1
        if kind == 2:
            last = token[at:at + size]
        if kind == 4:
            found = last
        at += size
    return found

for line in sys.stdin:
    what, first, *rest = json.loads(line)
    if what == "discharge":
        # As an issuer in another language does it, and a holder who binds what it says.
        token = decoded(rest.pop(0))
        cid = third_party(token)
        asked = unbox(bytes.fromhex(first), cid)
        signature = mac(mac(b"macaroons-key-generator", asked[:32]), cid)
        whole = decoded(narrowed(b"\\2" + field(2, cid) + b"\\0", signature, rest))
        zero = bytes(32)
        bound = mac(zero, mac(zero, token[-32:]) + mac(zero, whole[-32:]))
        print(asked[32:].decode() + " " + base64.urlsafe_b64encode(token + whole[:-32] + bound).rstrip(b"=").decode(), flush=True)
    elif what == "mint":
        identifier = rest.pop(0).encode()
        signature = mac(mac(b"macaroons-key-generator", bytes.fromhex(first)), identifier)
        print(narrowed(b"\\2" + field(2, identifier) + b"\\0", signature, rest), flush=True)
    else:
        token = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4))
        print(narrowed(token[:-35], token[-32:], rest), flush=True)
`

const python = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] })
const lines = createInterface(python.stdout)
after(() => python.stdin.end())
let last: Promise<unknown> = Promise.resolve()

/** A macaroon of its own. */
export function pythonMint(
  keyHex: string,
  identifier: string,
  ...caveats: readonly string[]
): Promise<string> {
  return asked('mint', keyHex, identifier, ...caveats)
}

/** The token under further caveats. */
export function pythonAttenuate(token: string, ...caveats: readonly string[]): Promise<string> {
  return asked('attenuate', token, ...caveats)
}

/** What the issuer with this key is asked, and the token with its discharge under these caveats, bound to it. */
export async function pythonDischarge(
  keyHex: string,
  token: string,
  ...caveats: readonly string[]
): Promise<{ readonly asked: string; readonly token: string }> {
  const answer = await asked('discharge', keyHex, token, ...caveats)
  const at = answer.lastIndexOf(' ')
  return { asked: answer.slice(0, at), token: answer.slice(at + 1) }
}

/** One question at a time, since an answer does not say what it answers. */
function asked(...words: readonly string[]): Promise<string> {
  const answer = last.then(async () => {
    python.stdin.write(`${JSON.stringify(words)}\n`)
    const [line]: string[] = await once(lines, 'line')
    return line ?? ''
  })
  last = answer
  return answer
}
