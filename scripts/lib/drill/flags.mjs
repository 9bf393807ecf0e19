// @ts-check
/** The command line of `kill-service`: pure, arguments and environment in, what to do or a complaint out. */

import { parseArgs } from 'node:util'

export const hows = /** @type {const} */ (['throw', 'exit', 'oom', 'hang'])

/**
 * @typedef {(typeof hows)[number]} How
 * @typedef {{ admin: string, url: string | null, token: string }} Target
 * @typedef {{ service: string, hows: readonly How[], everyMs: number, forMs: number, target: Target }} Order
 */

export const usage = `Usage: scripts/kill-service NAME [--how throw|exit|oom|hang] [--every 2s] [--for 60s]

Kills the thread of a service of a running node again and again while a load of its own runs, and says what
became of it. Exits with 0 when nothing that was acknowledged got lost, no answer was wrong, and less than 5 %
of the requests failed, each with a Retry-After; else with 1; with 2 when it was called wrongly.

  --how WORD     one way to die; all four in turn without it
  --every TIME   between two kills (2s)
  --for TIME     as long as kills go on (60s)
  --admin URL    the admin address that the node printed [RON_ADMIN]
  --url URL      the node's own address; asked of the admin surface without it [RON_URL]
  --token TOKEN  a capability for admin.chaos and for the load [RON_CAP]`

/** Milliseconds of each unit. */
const units = { ms: 1, s: 1_000, m: 60_000 }

/**
 * @param {readonly string[]} argv what follows the script
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Order | { complaint: string } | { help: true }}
 */
export function readFlags(argv, env) {
  const text = { type: /** @type {const} */ ('string') }
  const options = { how: text, every: text, for: text, admin: text, url: text, token: text }
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
    if (values.help === true) return { help: true }
    const [service, ...strangers] = positionals
    if (service === undefined) throw new Error('NAME is missing: which service is to be killed?')
    if (strangers.length > 0) throw new Error(`one service at a time; ${strangers.join(' ')} is too much`)
    return {
      service,
      hows: values.how === undefined ? hows : [howOf(values.how)],
      everyMs: milliseconds('--every', values.every ?? '2s'),
      forMs: milliseconds('--for', values.for ?? '60s'),
      target: {
        admin: required('--admin', values.admin ?? env['RON_ADMIN'], 'RON_ADMIN'),
        url: values.url ?? env['RON_URL'] ?? null,
        token: required('--token', values.token ?? env['RON_CAP'], 'RON_CAP'),
      },
    }
  } catch (error) {
    return { complaint: error instanceof Error ? error.message : String(error) }
  }
}

/** @param {string} word @returns {How} */
function howOf(word) {
  const how = hows.find((known) => known === word)
  if (how === undefined) throw new Error(`--how ${word}: it is one of ${hows.join(', ')}`)
  return how
}

/** @param {string} flag @param {string} text */
function milliseconds(flag, text) {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? []
  const factor = Object.entries(units).find(([name]) => name === unit)?.[1]
  const ms = Number(number) * (factor ?? Number.NaN)
  if (!(ms > 0)) throw new Error(`${flag} ${text}: write a time such as 500ms, 2s or 1m`)
  return ms
}

/** @param {string} flag @param {string | undefined} value @param {string} variable */
function required(flag, value, variable) {
  if (value === undefined || value === '')
    throw new Error(`${flag} is needed, or ${variable}; the node prints it when it starts`)
  return value
}
