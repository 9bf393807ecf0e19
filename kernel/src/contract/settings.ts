/**
 * The kinds of setting a config section may hold. Each is a TypeBox schema that also carries a `unit`, a
 * default and one sentence of documentation, so one declaration serves the parser, the `did you mean`,
 * `config explain` and the generated reference.
 */

import { Type, type TArray, type TBoolean, type TInteger, type TObject, type TSchema } from 'typebox'
import type { TString, TUnsafe } from 'typebox'
import { parseDuration, parseSize } from './units.ts'

const UNITS = ['bytes', 'ms', 'count', 'flag', 'text', 'path', 'socket', 'choice', 'list'] as const

/** Selects how text from a file, the environment or a flag becomes a value. */
export type Unit = (typeof UNITS)[number]

const CHANGES = ['live', 'service', 'process', 'fixed'] as const

/**
 * What a new value of a setting takes: nothing (`live`), a restart of the service whose section it is in, a restart of
 * the process; or it says whom the node believes and is never another's to change (`fixed`).
 */
export type Change = (typeof CHANGES)[number]

export type SettingValue = string | number | boolean | readonly string[] | readonly number[]

interface Described {
  /** One sentence for people. */
  readonly doc: string
  /** Name in the environment after the profile's prefix; else `SECTION_KEY`. */
  readonly env?: string
  /** Name of a command-line flag of its own, without dashes; every setting also has `--set`. */
  readonly flag?: string
  /** Why this setting is read from the config file and nowhere else. */
  readonly fileOnly?: string
  /** Else a service restarts for a setting of its own, and the process for one of the node. */
  readonly change?: Change
}

/** A number of bytes; written `512MiB`. */
export function bytes(o: Described & { default: string; minimum?: string; maximum?: string }): TInteger {
  return Type.Integer({
    ...described('bytes', o),
    default: parseSize(o.default),
    minimum: parseSize(o.minimum ?? '0'),
    maximum: o.maximum === undefined ? Number.MAX_SAFE_INTEGER : parseSize(o.maximum),
  })
}

/** A number of milliseconds; written `5s`. Its name ends in `Ms` here, and without it where people write it. */
export function duration(o: Described & { default: string; minimum?: string; maximum?: string }): TInteger {
  return Type.Integer({
    ...described('ms', o),
    default: parseDuration(o.default),
    minimum: parseDuration(o.minimum ?? '0ms'),
    maximum: o.maximum === undefined ? Number.MAX_SAFE_INTEGER : parseDuration(o.maximum),
  })
}

/** A whole number of things. */
export function count(o: Described & { default: number; minimum?: number; maximum?: number }): TInteger {
  return Type.Integer({
    ...described('count', o),
    default: o.default,
    minimum: o.minimum ?? 0,
    maximum: o.maximum ?? Number.MAX_SAFE_INTEGER,
  })
}

/** true or false; in the environment also `1 0 yes no on off`. */
export function flag(o: Described & { default: boolean }): TBoolean {
  return Type.Boolean({ ...described('flag', o), default: o.default })
}

/** Any text, one line. Never a secret: secrets come in files, and a setting holds their path. */
export function text(o: Described & { default: string }): TString {
  return Type.String({ ...described('text', o), default: o.default, maxLength: 4096 })
}

/** The path of a file the node reads, or with `creates` of one it makes; empty means none. */
export function path(o: Described & { default: string; creates?: boolean }): TString {
  return Type.String({
    ...described('path', o),
    default: o.default,
    maxLength: 4096,
    creates: o.creates ?? false,
  })
}

/** `host:port`, with `[v6]:port`; port 0 asks for any free one. */
export function socket(o: Described & { default: string }): TString {
  return Type.String({ ...described('socket', o), default: o.default, maxLength: 300 })
}

/** One word of a fixed list. */
export function choice<const Word extends string>(
  o: Described & { default: Word; of: readonly Word[] },
): TUnsafe<Word> {
  return Type.Unsafe<Word>({ type: 'string', enum: [...o.of], ...described('choice', o), default: o.default })
}

/** A list of whole numbers or of words; in the environment separated by commas. */
export function list<Item extends TInteger | TString>(
  item: Item,
  o: Described & { default: (Item extends TInteger ? number : string)[]; maxItems: number },
): TArray<Item> {
  return Type.Array(item, { ...described('list', o), default: o.default, maxItems: o.maxItems })
}

/** A section: named settings, every one with a default. */
export function section<Settings extends Record<string, TSchema>>(settings: Settings): TObject<Settings> {
  return Type.Object(settings, { additionalProperties: false })
}

/** What a setting's schema says, as plain data. Absent bounds are null. */
export interface SettingFacts {
  readonly unit: Unit
  readonly doc: string
  readonly default: SettingValue
  readonly env: string | null
  readonly flag: string | null
  readonly fileOnly: string | null
  /** Null where the section decides. */
  readonly change: Change | null
  /** Of a number, or of each number in a list. */
  readonly minimum: number | null
  readonly maximum: number | null
  readonly lengthMax: number | null
  readonly itemsMax: number | null
  /** Whether a list holds numbers or words. */
  readonly item: 'count' | 'text' | null
  /** What a choice may be. */
  readonly words: readonly string[] | null
  /** A path that the node makes rather than reads. */
  readonly creates: boolean
}

/** Reads a schema made by one of the helpers above. Throws on any other: that is a mistake in a contract. */
export function settingFacts(schema: TSchema): SettingFacts {
  const unit = UNITS.find((known) => known === at(schema, 'unit'))
  const doc = textAt(schema, 'doc')
  const defaultValue = valueAt(schema, 'default')
  if (unit === undefined || doc === null || defaultValue === null) {
    throw new TypeError('a setting is declared with the helpers of contract/settings.ts')
  }
  const items = at(schema, 'items')
  const numbers = unit === 'list' && typeof items === 'object' && items !== null ? items : schema
  const words = valueAt(schema, 'enum')
  return {
    unit,
    doc,
    default: defaultValue,
    env: textAt(schema, 'env'),
    flag: textAt(schema, 'flag'),
    fileOnly: textAt(schema, 'fileOnly'),
    change: CHANGES.find((known) => known === at(schema, 'change')) ?? null,
    minimum: numberAt(numbers, 'minimum'),
    maximum: numberAt(numbers, 'maximum'),
    lengthMax: numberAt(numbers, 'maxLength'),
    itemsMax: numberAt(schema, 'maxItems'),
    item: unit === 'list' ? (at(numbers, 'type') === 'integer' ? 'count' : 'text') : null,
    words: Array.isArray(words) ? words.map(String) : null,
    creates: at(schema, 'creates') === true,
  }
}

function described(unit: Unit, o: Described) {
  const { doc, env, flag, fileOnly, change } = o
  return {
    unit,
    doc,
    ...(env === undefined ? {} : { env }),
    ...(flag === undefined ? {} : { flag }),
    ...(fileOnly === undefined ? {} : { fileOnly }),
    ...(change === undefined ? {} : { change }),
  }
}

function at(schema: object, name: string): unknown {
  return Reflect.get(schema, name)
}

function textAt(schema: object, name: string): string | null {
  const value = at(schema, name)
  return typeof value === 'string' ? value : null
}

function numberAt(schema: object, name: string): number | null {
  const value = at(schema, name)
  return typeof value === 'number' ? value : null
}

function valueAt(schema: object, name: string): SettingValue | null {
  const value = at(schema, name)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (!Array.isArray(value)) return null
  const items: readonly unknown[] = value
  if (items.every((item) => typeof item === 'string')) return items
  return items.every((item) => typeof item === 'number') ? items : null
}
