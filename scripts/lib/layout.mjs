// @ts-check
/**
 * The layout rules of this project as a function from source text to complaints. The compiler cannot hold
 * them, so `scripts/tidy.mjs` does.
 */

const servicesMay = [
  /^kernel\/src\/(contract|ports|tables|tlog|identity)\//,
  /^services\/[^/]+\/contract\.ts$/,
  /^services\/(latest|journaled|record-(reader|writer)|whole|poseidon|event-tree|testing)\.ts$/,
]

/**
 * Which rooms a room may import, besides itself. A room is a workspace, or a folder of one. Imports point
 * one way; only `kernel/compose` knows every part.
 * @type {readonly { room: RegExp, may: readonly RegExp[] }[]}
 */
const rooms = [
  { room: /^kernel\/src\/tables\//, may: [] },
  { room: /^kernel\/src\/(tlog|bundle|identity)\//, may: [] },
  { room: /^kernel\/src\/(contract|ports)\//, may: [/^kernel\/src\/(contract|ports)\//] },
  { room: /^kernel\/src\/(main|compose\/.*|main\.test)\.ts$/, may: [/^(kernel|services|transport|admin)\//] },
  { room: /^kernel\//, may: [/^kernel\/src\/(?!main|compose)/] },
  { room: /^services\/roster\.ts$/, may: [/^services\/[^/]+\/contract\.ts$/] },
  // The one service that dials: through the SDK, as any other client of a node.
  { room: /^services\/peers\//, may: [...servicesMay, /^sdk\/src\/sdk\.ts$/] },
  { room: /^services\//, may: servicesMay },
  { room: /^transport\/src\/(oap|macaroon)\//, may: [/^kernel\/src\/(contract|ports|tables)\//] },
  {
    room: /^transport\/src\/session\//,
    may: [/^kernel\/src\/(contract|ports)\//, /^transport\/src\/(oap|macaroon)\//],
  },
  { room: /^transport\//, may: [/^kernel\/src\/(contract|ports|tables)\//, /^transport\//] },
  {
    room: /^admin\/src\/ronctl\/zk\.ts$/,
    may: [
      /^services\/zk-verify\/proving\/(statements|witness|stark\/statement)\.ts$/,
      /^transport\/src\/macaroon\//,
    ],
  },
  {
    room: /^admin\/src\/ronctl\/audit-statement(\.test)?\.ts$/,
    may: [/^services\/event-tree\.ts$/, /^kernel\/src\/tlog\//],
  },
  { room: /^admin\//, may: [/^kernel\/src\/(contract|ports|tlog|bundle)\//, /^transport\//] },
  {
    room: /^sdk\/src\/proving\.ts$/,
    may: [/^services\/zk-verify\/proving\/(statements|witness)\.ts$/, /^transport\/src\/macaroon\//],
  },
  {
    room: /^sdk\/src\/(runtime|options)\.ts$/,
    may: [/^transport\/src\/(oap|macaroon|session|client)\//, /^kernel\/src\/(contract|ports|tables)\//],
  },
  {
    room: /^sdk\//,
    may: [/^transport\/src\/(oap|macaroon|session)\//, /^kernel\/src\/(contract|ports|tables)\//],
  },
  { room: /^loom-sim\//, may: [/^kernel\//] },
  { room: /^(proofs|bench)\//, may: [/^(kernel|services|transport|admin|sdk|loom-sim)\//] },
]

/** Tests and what only they use. */
const testFile =
  /\.(test|check|suite|fuzz|oracle|fixture|arbitrary)\.ts$|\/(fixtures|testing)\/|^services\/testing\.ts$/

/** Tests may also reach for the system's clock, a clock moved by hand, shared memory, and the shared suites. */
const testsMay = [/^kernel\/src\/(system|port|arena)\//, /^transport\/src\/wall\/hmac\.ts$/]

/** Words that appear in exactly one place each; everywhere else they arrive as ports. */
const ports = [
  {
    word: /\b(Date\.now|performance\.now|setTimeout|setInterval)\(/,
    only: /^(kernel\/src\/system\/clock|sdk\/src\/system)\.ts$/,
  },
  {
    word: /\bMath\.random\(|\brandomBytes\(|getRandomValues\(/,
    only: /^(kernel\/src\/system\/random|sdk\/src\/system|admin\/src\/ronctl)\.ts$/,
  },
  {
    word: /from '(node:)?fs(\/promises)?'/,
    only: /^(kernel\/src\/system\/(files|durable|growing-folder|private-socket)|admin\/src\/ronctl\/disk)\.ts$/,
  },
  {
    word: /from 'uWebSockets\.js'|import\('uWebSockets\.js'\)/,
    only: /^transport\/src\/listener\/uws[^/]*\.ts$/,
  },
  {
    word: /from 'ws'|import\('ws'\)/,
    only: /^(transport\/src\/listener\/node[^/]*|sdk\/src\/runtime)\.ts$/,
  },
  // What a node connects to by itself is what its peers are told to be, by way of the SDK.
  {
    word: /from '(node:)?(tls|dgram|http2?|https)'|\bnew WebSocket\(|\bcreateConnection\(|\bawait fetch\(/,
    only: /^(sdk|admin|transport)\//,
  },
]

/** Makes keys and proofs for development: no part of the node, so nothing that is may need it. */
const development = /^services\/zk-verify\/proving\//
/** A developer's command and module, and what they may need of that. */
const developers = /^(admin\/src\/ronctl\/zk|sdk\/src\/proving)\.ts$/
const forDevelopers = /^services\/zk-verify\/proving\/(statements|witness|stark\/statement)\.ts$/

/** How nodes would look for what they do not know at others, and others for them. No part of this node does. */
const distributedLookup =
  /\b(dhts?|kademlia|k-?buckets?|find[_ -]?(node|value)|xor[_ -]?distance|rout(e|ing)[_ -]?tables?|distributed[_ -]?hash)\b/i

/** Rooms outside the rules about ports and development: they stand above the node, or are the other side of the wire. */
const abovePorts = /^(proofs|bench)\//

/** Runs in browsers as well, so nothing of Node's. */
const browserSafe =
  /^(transport\/src\/(oap|macaroon|session(?!\/native[^/]*\.ts))|sdk\/src|kernel\/src\/tables)\//

/** A file is one idea; what is longer than this holds two. */
const linesMax = 320

/** Where a package's name leads. */
const packages = /** @type {Record<string, string>} */ ({
  '@ron/kernel': 'kernel/src',
  '@ron/services': 'services',
  '@ron/transport': 'transport/src',
  '@ron/admin': 'admin/src',
  '@ron/app-sdk': 'sdk/src/sdk',
})

/**
 * Complaints about one source file, each a sentence.
 * @param {string} path relative to the project's top
 * @param {string} text
 * @returns {string[]}
 */
export function complaints(path, text) {
  const test = testFile.test(path)
  return [
    ...importComplaints(path, text, test),
    ...portComplaints(path, text, test),
    ...textComplaints(path, text, test),
  ]
}

/** @param {string} path @param {string} text @param {boolean} test */
function importComplaints(path, text, test) {
  const rule = rooms.find(({ room }) => room.test(path))
  if (rule === undefined) return [`${path}: it lies in no room; see DESIGN in docs/ARCHITECTURE.md`]
  const targets = importsOf(path, text)
  if (!test && !development.test(path) && !abovePorts.test(path)) {
    const allowed = (/** @type {string} */ target) => developers.test(path) && forDevelopers.test(target)
    const hit = targets.find((target) => development.test(target) && !allowed(target))
    if (hit !== undefined) return [`${path}: imports ${hit}, which is there for development only`]
  }
  return targets
    .filter(
      (target) =>
        !rule.may.some((may) => may.test(target)) && !(test && testsMay.some((may) => may.test(target))),
    )
    .filter((target) => roomOf(target) !== roomOf(path))
    .map((target) => `${path}: imports ${target}, which its room may not`)
}

/** @param {string} path @param {string} text @param {boolean} test */
function portComplaints(path, text, test) {
  const found = []
  if (!abovePorts.test(path) && !test) {
    for (const { word, only } of ports) {
      const [hit] = word.exec(text) ?? []
      if (hit !== undefined && !only.test(path))
        found.push(`${path}: ${hit} belongs in one file; take it as a port`)
    }
  }
  if (browserSafe.test(path) && !test && /from 'node:|\bBuffer\./.test(text)) {
    found.push(`${path}: uses Node, but it must run in a browser too`)
  }
  return found
}

/** @param {string} path @param {string} text @param {boolean} test */
function textComplaints(path, text, test) {
  const found = []
  const lines = text.split('\n').length
  if (lines > linesMax && !test)
    found.push(`${path}: ${lines} lines; past ${linesMax} it holds a second idea`)
  const [lookup] = distributedLookup.exec(`${path}\n${text}`) ?? []
  if (lookup !== undefined)
    found.push(`${path}: ${lookup} is distributed lookup, which has no place in this node`)
  if (/\b(TODO|FIXME|XXX)\b/.test(text)) found.push(`${path}: work left for later is not left in the code`)
  if (/\.(only|skip)\(/.test(text) && test)
    found.push(`${path}: a test that is skipped reads as one that passed`)
  // A contract says it in its summary.
  if (!test && !path.endsWith('/contract.ts') && !/^(#!.*\n)?\/(\*\*|\/ )/.test(text))
    found.push(`${path}: begins without saying what it is`)
  return found
}

/** Project paths of what a file imports; packages of others are left out. @param {string} path @param {string} text */
function importsOf(path, text) {
  const folder = path.split('/').slice(0, -1)
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
    ([, specifier]) => specifier ?? '',
  )
  return specifiers.flatMap((specifier) => {
    if (specifier.startsWith('.')) return [resolve(folder, specifier)]
    const name = Object.keys(packages).find(
      (known) => specifier === known || specifier.startsWith(`${known}/`),
    )
    return name === undefined ? [] : [`${packages[name]}${specifier.slice(name.length)}.ts`]
  })
}

/** @param {readonly string[]} folder @param {string} specifier */
function resolve(folder, specifier) {
  const parts = [...folder]
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

/** A service is a room of its own; elsewhere a workspace is. @param {string} path */
function roomOf(path) {
  const [workspace, folder] = path.split('/')
  if (workspace === 'services') return `${workspace}/${folder}`
  if (/^kernel\/src\/(contract|ports)\//.test(path)) return 'kernel/contract'
  if (/^kernel\/src\/(tables|tlog|bundle|identity)\//.test(path)) return path.split('/').slice(0, 3).join('/')
  if (/^kernel\/src\/(main|compose)/.test(path)) return 'kernel/compose'
  if (/^transport\/src\/(oap|macaroon|session)\//.test(path)) return path.split('/').slice(0, 3).join('/')
  return workspace
}
