/** What is planted in one node: keys in files of its configuration, and marks in everything that is sent to it. */

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keyCanary, markOf, textCanary, type Canary } from './canaries.ts'

const seedBytes = 32
const kinds = ['object', 'queue', 'feed', 'graph', 'search'] as const
type Kind = (typeof kinds)[number]

export interface Marks {
  readonly text: Readonly<Record<Kind, string>>
  /** 64 hex digits: an input of a claim that is sent to be verified. */
  readonly zkInput: string
  readonly canaries: readonly Canary[]
  /** Settings that name the files with the keys. */
  readonly settings: readonly string[]
}

/** Writes the key files to a folder. */
export function plant(folder: string): Marks {
  const text = {
    object: markOf('object', randomBytes(seedBytes)),
    queue: markOf('queue', randomBytes(seedBytes)),
    feed: markOf('feed', randomBytes(seedBytes)),
    graph: markOf('graph', randomBytes(seedBytes)),
    search: markOf('search', randomBytes(seedBytes)),
  }
  // A number below the order of the field.
  const input = Buffer.concat([Buffer.alloc(1), randomBytes(seedBytes - 1)])
  const issuer = randomBytes(seedBytes)
  const { privateKey } = generateKeyPairSync('ed25519')
  const files = {
    'capabilities.issuer_key_path': [join(folder, 'issuer.hex'), `${issuer.toString('hex')}\n`],
    'identity.node_key_path': [
      join(folder, 'node.pem'),
      privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    ],
  } as const
  for (const [path, content] of Object.values(files)) writeFileSync(path, content, { mode: 0o600 })
  return {
    text,
    zkInput: input.toString('hex'),
    canaries: [
      keyCanary('issuer key', issuer),
      keyCanary('node key', privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-seedBytes)),
      ...kinds.map((kind) => textCanary(kind, text[kind])),
      { ...keyCanary('zk input', input), secret: false },
    ],
    settings: [
      ...Object.entries(files).map(([setting, [path]]) => `${setting}=${path}`),
      'capabilities.issuer_location=https://issuer.example',
    ],
  }
}
