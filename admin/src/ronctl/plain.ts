/**
 * JSON as aligned plain text for a person. It knows no endpoint: lists of objects become tables, objects
 * become names and values, and whatever a node says cannot move the cursor of a terminal.
 */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }
type Members = Readonly<Record<string, Json>>

/** Scalars first, as names and values; then a section for each member that holds more. */
export function plain(value: Json): string {
  if (isList(value) && !isSimple(value)) return table(value.filter(isObject))
  if (!isObject(value) || isEmpty(value)) return word(value)
  const entries = Object.entries(value)
  const simple = entries.filter(([, member]) => isSimple(member))
  const sections = entries.filter(([, member]) => !isSimple(member))
  return [
    ...(simple.length === 0 ? [] : [columns(simple.map(([name, member]) => [visible(name), word(member)]))]),
    ...sections.map(([name, member]) => `${visible(name)}\n${indented(section(member))}`),
  ].join('\n\n')
}

/** Rows of cells with the columns aligned. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  }
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** One line that shows control characters instead of obeying them. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** An object of objects is a table whose first column is the names. */
function section(value: Json): string {
  if (isObject(value) && Object.values(value).every(isObject)) {
    return table(Object.entries(value).flatMap(([name, row]) => (isObject(row) ? [{ name, ...row }] : [])))
  }
  return plain(value)
}

function table(rows: readonly Members[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return columns([
    names.map(visible),
    ...rows.map((row) => names.map((name) => (row[name] === undefined ? '' : word(row[name])))),
  ])
}

/** What fits a cell. */
function word(value: Json): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (value === null || value === '' || isEmpty(value)) return '-'
  if (isList(value) && value.every((item) => typeof item !== 'object')) {
    return visible(value.join(', '))
  }
  return visible(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

/** It fits a cell as it is; an empty object does, and so does a list of anything but objects. */
function isSimple(value: Json): boolean {
  if (isList(value)) return isEmpty(value) || !value.every(isObject)
  return !isObject(value) || isEmpty(value)
}

function isObject(value: Json): value is Members {
  return typeof value === 'object' && value !== null && !isList(value)
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}
