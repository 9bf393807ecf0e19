// @ts-check
/** Requests of a drill, with `fetch`. An answer that does not come is an answer too. */

/** @typedef {import('./tally.mjs').Reply} Reply */

/** Longer than any deadline of the node. */
const patienceMs = 40_000

/**
 * @typedef {(what: string, body?: unknown) => Promise<Reply>} Ask `what` is a method and a path
 * @param {string} base @param {string} token
 * @returns {Ask} a string is sent as it is, anything else as JSON
 */
export function asker(base, token) {
  return async (what, body) => {
    const [method = '', path = ''] = what.split(' ')
    const type = typeof body === 'string' ? 'text/plain' : 'application/json'
    try {
      const response = await fetch(base + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': type }),
        },
        body: body === undefined || typeof body === 'string' ? (body ?? null) : JSON.stringify(body),
        signal: AbortSignal.timeout(patienceMs),
      })
      const text = await response.text()
      const value = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : null
      const code = typeof value?.code === 'string' ? value.code : ''
      return { status: response.status, code, retryAfter: response.headers.get('retry-after'), value, text }
    } catch (error) {
      return { status: 0, code: `no answer (${reasonOf(error)})`, retryAfter: null, value: null, text: '' }
    }
  }
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name
}

/** Tells a tally of every reply. @param {Ask} ask @param {import('./tally.mjs').Tally} tally @returns {Ask} */
export function counted(ask, tally) {
  return async (what, body) => {
    const reply = await ask(what, body)
    tally.heard(reply)
    return reply
  }
}

/** @param {Reply} reply */
export const succeeded = ({ status }) => status >= 200 && status < 300
