/** What the help of the commands about capabilities and keys says below their options. */

import { exits } from './options.ts'

export const mintEnding = `
RON_CAP is sent and needs the verb admin.mint, also on loopback. The new token carries its caveats too, so
nobody mints more than they have, and none is good for longer than the one that asked for it.
${exits}

Example:
  ronctl token mint 'verbs = objects.*' 'path = /objects/ann/*' --ttl 1h --admin http://127.0.0.1:9090`

export const dischargeEnding = `
The token comes from --token, else from standard input. No node is needed; the key is capabilities.issuer_key_path
of the node that minted the token.
${exits}

Example:
  ronctl token discharge --key-file issuer.key --holds 'user = ann' 'expires = 2030-01-31T12:00:00Z' < token.txt`

export const bindEnding = `
The token comes from --token, else from RON_CAP, else from standard input. Attenuate it before: once it is bound it
cannot be.

Example:
  RON_CAP=AgEB… ronctl token bind AgEC…`

export const attenuateEnding = `
The token comes from --token, else from RON_CAP, else from standard input. On the command line it can be seen
by everyone on this machine; the other two are better. Neither a node nor a key is needed.

Caveats:
  tenant = 00112233445566778899aabbccddeeff    32 lower-case hex digits
  verbs = objects.read,mailbox.*               any of these; noun.* for every verb of a noun
  path = /objects/*                            that path, or with * whatever begins like it
  expires = 2030-01-31T12:00:00Z               good before then, in UTC
  not_before = 2030-01-01T00:00:00Z            good from then on
  bytes_max = 64KiB                            largest body
  ip = 10.0.0.0/8                              peer address, IPv4 or IPv6
  audience = node-1                            the one node that may accept it
  client = dns:app.example                     the certificate to show has that name; docs/TLS.md has the forms
  zk = capability-attributes:group_root=0x2a   a proof of that for every request; docs/ZK.md says what to pin

Examples:
  RON_CAP=AgEB… ronctl token attenuate 'verbs = objects.read' 'path = /objects/public/*'
  ronctl token attenuate 'expires = 2030-01-31T12:00:00Z' < token.txt > narrow.txt`

export const inspectEnding = `
The token comes from --token, else from RON_CAP, else from standard input.

Examples:
  RON_CAP=AgEB… ronctl token inspect
  ronctl token inspect --token - --admin http://127.0.0.1:9090 < token.txt`

export const simulateEnding = `
The token comes from --token, else from standard input; RON_CAP is who asks. Without an admin address the
caveats alone are held against the request, and whether the token is genuine stays open.
Exit codes: 0 allowed, 1 not allowed, refused or not reached, 2 the command line is wrong.

Examples:
  ronctl token simulate objects.write /objects/a --bytes 64KiB --admin http://127.0.0.1:9090 < token.txt
  ronctl token simulate objects.read /objects/a --client dns:app.example --client cn:app < token.txt
  ronctl token simulate --admin http://127.0.0.1:9090 < token.txt`

export const revokeEnding = `
The token comes from --token, else from standard input; RON_CAP is sent, and needs the verb admin.revoke,
also on loopback. In force at once, for requests, subscriptions and OAP sessions. To void every token there is,
rotate the key: ronctl keys rotate capability-root --grace 0s.
${exits}

Examples:
  ronctl token revoke --admin http://127.0.0.1:9090 < token.txt
  ronctl token revoke --id v1:boot-1:… --admin http://127.0.0.1:9090`

export const rotateEnding = `
RON_CAP is sent and needs the verb admin.keys, also on loopback. --grace holds for every earlier version.
${exits}

Examples:
  ronctl keys rotate capability-root --admin http://127.0.0.1:9090
  ronctl keys rotate audit-log --grace 7d --admin http://127.0.0.1:9090`

export const readEnding = `
Where the admin surface asks for a capability, RON_CAP is sent; it needs the verb admin.read.
${exits}`
