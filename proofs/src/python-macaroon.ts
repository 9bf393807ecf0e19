/**
 * Macaroons made in another language, from the libmacaroons format alone: nothing here has seen this
 * project's codec. What it mints and attenuates, the node must take.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { after } from 'node:test'

const script = `
import base64, hashlib, hmac, json, sys

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

for line in sys.stdin:
    what, first, *rest = json.loads(line)
    if what == "mint":
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
