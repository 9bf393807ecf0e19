/** The TOML file: which one, and what it assigns. Only sections and settings the node knows may stand in it. */

import { parse, TomlError, type TomlTable } from 'smol-toml'
import type { FileText } from '../system/files.ts'
import { configFileVariable, type Catalogue } from './catalogue.ts'
import { didYouMean } from './nearest.ts'
import { shownName, type Problem, type Source } from './problems.ts'
import type { Layer, Sources } from './sources.ts'
import { fromToml } from './toml-value.ts'

/** The file to read, or null: there is no search path, so a stray file in a folder changes nothing. */
export function configFile(known: Catalogue, sources: Sources): { path: string; namedBy: Source } | null {
  const named = sources.configPath
  if (named !== null) return { path: named, namedBy: { kind: 'flag', flag: '--config' } }
  const name = configFileVariable(known.profile)
  const path = sources.env[name]
  return path === undefined || path === '' ? null : { path, namedBy: { kind: 'env', name } }
}

export function* fileLayer(known: Catalogue, path: string, namedBy: Source, file: FileText): Layer {
  if (!file.ok) {
    const message = `the config file "${shownName(path)}" ${file.because}; name a TOML file or leave ${nameOf(namedBy)} out`
    yield { kind: 'unreadable', key: null, source: namedBy, message }
    return
  }
  yield* tomlLayer(known, path, { kind: 'file', path }, file.text)
}

/** What a TOML text assigns. `name` is what the text is called. */
export function* tomlLayer(known: Catalogue, name: string, source: Source, text: string): Layer {
  const document = tomlOf(text)
  if (typeof document === 'string') {
    yield { kind: 'malformed', key: null, source, message: `${shownName(name)} is not TOML: ${document}` }
    return
  }
  for (const [section, value] of Object.entries(document)) {
    const isTable = typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
    if (!known.sections.includes(section))
      yield isTable ? strangeSection(known, source, section) : strangeSetting(known, source, section)
    else if (!isTable) yield notOpened(source, section)
    else yield* sectionLayer(known, source, section, value)
  }
}

function* sectionLayer(known: Catalogue, source: Source, section: string, table: TomlTable): Layer {
  for (const [name, value] of Object.entries(table)) {
    const setting = known.byKey.get(`${section}.${name}`)
    if (setting === undefined) yield strangeSetting(known, source, `${section}.${name}`)
    else yield { setting, source, value: fromToml(setting, value) }
  }
}

function tomlOf(text: string): TomlTable | string {
  try {
    return parse(text, { integersAsBigInt: true })
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    // The first line says what is wrong. The following ones quote the file, which is not ours to repeat.
    const [what = ''] = error.message.split('\n')
    return `line ${error.line}, column ${error.column}: ${what.replace(/^Invalid TOML document: /, '')}`
  }
}

function strangeSection(known: Catalogue, source: Source, name: string): Problem {
  const guess = didYouMean(name, known.sections) || '; remove it, or see config print for all sections'
  return { kind: 'unknown', key: null, source, message: `[${shownName(name)}] is not a section${guess}` }
}

function strangeSetting(known: Catalogue, source: Source, name: string): Problem {
  const guess = didYouMean(name, known.byKey.keys()) || '; remove it, or see config print for all settings'
  return { kind: 'unknown', key: null, source, message: `${shownName(name)} is not a setting${guess}` }
}

function notOpened(source: Source, section: string): Problem {
  const message = `${section} is a section: open it once, with [${section}] on a line of its own`
  return { kind: 'malformed', key: null, source, message }
}

function nameOf(source: Source): string {
  return source.kind === 'env' ? source.name : '--config'
}
