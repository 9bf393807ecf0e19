// @ts-check
/** A JSON schema of the contracts as a TypeScript type. Throws on what contracts do not use. */

/** @typedef {{ readonly [key: string]: any }} Schema */

/**
 * @param {Schema} schema
 * @returns {string}
 */
export function typeOf(schema) {
  if (Array.isArray(schema['enum'])) return union(schema['enum'].map((value) => JSON.stringify(value)))
  if ('const' in schema) return JSON.stringify(schema['const'])
  if (Array.isArray(schema['anyOf'])) return union(schema['anyOf'].map(typeOf))
  switch (schema['type']) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema['type']
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return list(schema)
    case 'object':
      return schema['patternProperties'] === undefined ? objectType(schema) : record(schema)
    default:
      throw new Error(`no TypeScript type for the schema ${JSON.stringify(schema)}`)
  }
}

/**
 * An object type; `more` are members beside those of the schema, as TypeScript.
 * @param {Schema} schema
 * @param {readonly string[]} more
 */
export function objectType(schema, more = []) {
  const required = new Set(schema['required'] ?? [])
  const properties = Object.entries(schema['properties'] ?? {})
  const members = [
    ...properties.map(([name, property]) => member(name, property, required.has(name))),
    ...more,
  ]
  return members.length === 0 ? 'Readonly<Record<string, undefined>>' : `{ ${members.join('\n')} }`
}

/** One line of a doc comment, which its text cannot end. @param {string} text */
export function doc(text) {
  return `/** ${text.replaceAll('*/', '*\\/')} */`
}

/** @param {string} name @param {Schema} schema @param {boolean} required */
function member(name, schema, required) {
  const comment = schema['description'] === undefined ? '' : `${doc(schema['description'])}\n`
  const key = /^[a-z_$][\w$]*$/i.test(name) ? name : JSON.stringify(name)
  return `${comment}readonly ${key}${required ? '' : '?'}: ${typeOf(schema)}${required ? '' : ' | undefined'}`
}

/** @param {Schema} schema */
function list(schema) {
  const { items, minItems, maxItems } = schema
  if (minItems === 2 && maxItems === 2) return `readonly [${typeOf(items)}, ${typeOf(items)}]`
  return `readonly (${typeOf(items)})[]`
}

/** @param {Schema} schema */
function record(schema) {
  return `Readonly<Record<string, ${union(Object.values(schema['patternProperties']).map(typeOf))}>>`
}

/** @param {readonly string[]} types */
function union(types) {
  return [...new Set(types)].join(' | ')
}
