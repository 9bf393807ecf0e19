// @ts-check
/** The operations that can be reached from outside, as the flat rows every generated file is made of. */

/** @typedef {import('@ron/kernel/contract/contract').Contract} Contract */
/** @typedef {import('@ron/kernel/contract/contract').Operation} Operation */
/** @typedef {import('@ron/kernel/contract/contract').Door} Door */
/** @typedef {{ contract: Contract, name: string, operation: Operation, door: Door, group: string }} Row */

/**
 * In the order of the contracts. `name` is that of the operation, without the group where it begins with it
 * (`mediaGet` is `media.get`). `group` is the noun of the capability verb: `objects.read` belongs to
 * `objects`. Throws when two operations of one group have one name: the SDK would lose the first.
 * @param {readonly Contract[]} contracts
 * @returns {Row[]}
 */
export function rowsOf(contracts) {
  const rows = contracts.flatMap((contract) =>
    Object.entries(contract.operations).flatMap(([name, operation]) => {
      const { door } = operation
      if (door === null) return []
      const group = nounOf(door.verb)
      return [{ contract, name: shortName(group, name), operation, door, group }]
    }),
  )
  const taken = new Map()
  for (const { contract, group, name } of rows) {
    const path = `${group}.${name}`
    const other = taken.get(path)
    if (other !== undefined) throw new Error(`${contract.name} and ${other} both have an operation ${path}`)
    taken.set(path, contract.name)
  }
  return rows
}

/** Method and path of an operation. @param {Door} door */
export function routeOf({ http }) {
  const [method = '', path = ''] = http.route.split(' ')
  return { method, path, parameters: [...path.matchAll(/[:*](\w+)/g)].map(([, name = '']) => name) }
}

/** Whether the fields that are neither in the path nor in a header travel as a JSON body. @param {Row} row */
export function takesJson({ operation, door }) {
  return /^(PUT|POST) /.test(door.http.route) && operation.requestBody === 'none'
}

/** @param {string} group @param {string} name */
function shortName(group, name) {
  const rest = name.startsWith(group) ? name.slice(group.length) : ''
  return /^[A-Z]/.test(rest) ? rest.charAt(0).toLowerCase() + rest.slice(1) : name
}

/** @param {string} verb */
function nounOf(verb) {
  return verb.split('.')[0] ?? verb
}
