/**
 * The configuration a process starts with: from the file that `bundle.file` names and from `bundle.folder`, the highest
 * version that may be taken. A file that was named and may not be taken stops the start; one of the folder is passed by.
 */

import { BundleError } from '../../bundle/error.ts'
import type { Bundle } from '../../bundle/manifest.ts'
import { warmMlDsa } from '../../bundle/ml-dsa.ts'
import type { Trust } from '../../bundle/verify.ts'
import { insistAcceptable, type Present } from '../../bundle/accept.ts'
import { loadConfig, type Loaded, type LoadOptions } from '../../config/load.ts'
import type { NodeConfig } from '../../config/node-config.ts'
import { listFolder, type FileText } from '../../system/files.ts'
import { bundleEnding, folderFilesMax } from './folder.ts'
import { readOffer, standingOf, type Making, type Sound, type Standing } from './standing.ts'
import { trustOf } from './trust.ts'

/** What a node needs to be governed. */
export interface Governing {
  readonly trust: Trust
  readonly making: Making
  /** What it starts with, and what it is without a bundle. */
  readonly first: Standing
  readonly base: Standing
  /** The configuration as a start would find it now, under that bundle. */
  readonly reread: (bundle: Bundle | null) => Loaded
  /** Files of the folder that were passed by, and why. */
  readonly passedBy: readonly string[]
  /** Files of the folder that were read, with their stamps. */
  readonly seen: ReadonlyMap<string, string>
}

export interface First {
  readonly loaded: Loaded
  /** Null for a node that takes no bundles, or whose configuration is wrong. */
  readonly governing: Governing | null
}

/** `present` says what time it is, and for which node. Never throws: what is wrong is a problem of the configuration. */
export async function firstConfig(
  options: LoadOptions,
  present: Pick<Present, 'nowMs' | 'nodeVersion'>,
): Promise<First> {
  const base = loadConfig(options)
  if (!base.ok || base.config.bundle.signers.length === 0) return { loaded: base, governing: null }
  // What lies beneath a bundle stays what it was at the start; only bundles change a running node.
  const readFile = remembering(options.sources.readFile)
  const making: Making = {
    readFile,
    load: (bundle) => loadConfig({ ...options, sources: { ...options.sources, readFile, bundle } }),
  }
  const reread = (bundle: Bundle | null) =>
    loadConfig({ ...options, sources: { ...options.sources, bundle } })
  try {
    const chosen = await choose(base, making, options.sources.readFile, present)
    return { loaded: chosen.first.loaded, governing: { ...chosen, making, reread } }
  } catch (thrown) {
    if (!(thrown instanceof BundleError)) throw thrown
    return { loaded: refused(base, thrown), governing: null }
  }
}

async function choose(
  base: Sound,
  making: Making,
  readFile: (path: string) => FileText,
  clock: Pick<Present, 'nowMs' | 'nodeVersion'>,
): Promise<Omit<Governing, 'making' | 'reread'>> {
  const { bundle: settings } = base.config
  const trust = trustOf(settings, readFile)
  if (trust.hybrid) await warmMlDsa()
  const present = { ...clock, current: null, versionMin: settings.versionMin }
  const standingFrom = async (path: string): Promise<Standing> => {
    const file = readFile(path)
    if (!file.ok) throw new BundleError('bundle.file', `${path} ${file.because}`, 'name a signed bundle')
    const offer = await readOffer(file.text, trust)
    insistAcceptable(offer.bundle, present)
    return standingOf(offer, making)
  }
  const without = standingOf(null, making)
  let first = settings.file === '' ? without : await standingFrom(settings.file)
  const passedBy: string[] = []
  const seen = new Map<string, string>()
  for (const { name, stamp } of filesOf(settings, passedBy)) {
    seen.set(name, stamp)
    try {
      const standing = await standingFrom(`${settings.folder}/${name}`)
      if (standing.version > first.version) first = standing
    } catch (thrown) {
      if (!(thrown instanceof BundleError)) throw thrown
      passedBy.push(`${name}: ${thrown.message}; ${thrown.fix}`)
    }
  }
  return { trust, first, base: without, passedBy, seen }
}

function filesOf({ folder }: NodeConfig['bundle'], passedBy: string[]) {
  if (folder === '') return []
  const listed = listFolder(folder, bundleEnding, folderFilesMax)
  if (!listed.ok) passedBy.push(`bundle.folder: ${folder} ${listed.because}`)
  return listed.ok ? listed.files : []
}

function refused(base: Sound, { rule, message, fix }: BundleError): Loaded {
  const key = rule === 'bundle.signers' ? 'bundle.signers' : 'bundle.file'
  const source = base.effective.get(key)?.source ?? { kind: 'default' }
  const problem = { kind: 'conflict', key, source, message: `${message}; ${fix}` } as const
  const { catalogue, effective, filePath } = base
  return { catalogue, effective, filePath, ok: false, problems: [problem] }
}

/** Reads each file once. A configuration has a handful. */
function remembering(readFile: (path: string) => FileText): (path: string) => FileText {
  const known = new Map<string, FileText>()
  return (path) => {
    const file = known.get(path) ?? readFile(path)
    known.set(path, file)
    return file
  }
}
