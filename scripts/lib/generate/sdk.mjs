// @ts-check
/**
 * The SDK's view of the contracts: the types of every public operation, and a table of how to reach it. The
 * SDK then needs neither the contracts nor a schema library at run time.
 */

import { rowsOf } from './doors.mjs'
import { doc, objectType, typeOf } from './schema-to-ts.mjs'

/**
 * @param {readonly import('./doors.mjs').Contract[]} contracts
 * @returns {string} a TypeScript module
 */
export function sdkModule(contracts) {
  const rows = rowsOf(contracts)
  const groups = [...new Set(rows.map((row) => row.group))].sort()
  /** @param {(row: import('./doors.mjs').Row) => string} member */
  const grouped = (member) =>
    groups.map((group) => {
      const members = rows.filter((row) => row.group === group).map(member)
      return [group, members.join('\n')]
    })
  return `/** Generated from the contracts by scripts/generate.mjs; \`npm run generate\` makes it anew. */

import type { Binding } from '../carrier.ts'

/** Group, operation, and what it takes and gives. */
export interface Operations {
${grouped(operationType)
  .map(([group, members]) => `readonly ${group}: {\n${members}\n}`)
  .join('\n')}
}

export const bindings: Readonly<Record<string, Readonly<Record<string, Binding>>>> = {
${grouped((row) => `${row.name}: ${JSON.stringify(binding(row))},`)
  .map(([group, members]) => `${group}: {\n${members}\n},`)
  .join('\n')}
}
`
}

/** @param {import('./doors.mjs').Row} row */
function operationType({ name, operation }) {
  const { request, requestBody, response, responseBody, events } = operation
  return `${doc(operation.summary)}
readonly ${name}: {
  readonly request: ${objectType(request, bodyMember(requestBody, 'Uint8Array'))}
  readonly response: ${objectType(response, bodyMember(responseBody, 'Uint8Array<ArrayBuffer>'))}
  readonly event: ${events === null ? 'never' : typeOf(events)}
}`
}

/**
 * Any bytes can be sent; those that come are such as the web's interfaces take, `Blob` among them.
 * @param {'none' | 'bytes'} kind
 * @param {string} type
 */
function bodyMember(kind, type) {
  return kind === 'bytes' ? [`readonly body: ${type}`] : []
}

/** @param {import('./doors.mjs').Row} row */
function binding({ contract, operation, door }) {
  const { route, status, requestHeaders, responseHeaders } = door.http
  return {
    protocol: contract.oap,
    code: door.code,
    route,
    requestHeaders,
    responseHeaders,
    statusField: typeof status === 'number' ? null : status.field,
    statuses: typeof status === 'number' ? {} : status.of,
    requestBody: operation.requestBody,
    responseBody: operation.responseBody,
    subscription: operation.events !== null,
    timeoutMs: operation.timeoutMs,
    fieldTypes: Object.fromEntries(
      Object.keys(responseHeaders).map((field) => [field, headerType(operation.response.properties[field])]),
    ),
  }
}

/**
 * What the text of a header stands for.
 * @param {import('./schema-to-ts.mjs').Schema | undefined} schema
 */
function headerType(schema) {
  const type = schema === undefined ? 'string' : typeOf(schema)
  return type === 'number' || type === 'boolean' ? type : 'string'
}
