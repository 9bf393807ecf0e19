// @ts-check
/** What a drill has shown, and whether that is good enough. Pure. */

/** @typedef {import('./drill.mjs').Drilled} Drilled */

const failedShareMax = 0.05
const examplesMax = 3
const changesMax = 12

/** What is not as it must be, each a sentence; nothing when the drill is passed. @param {Drilled} drilled @returns {readonly string[]} */
export function complaints({ tally, kills, ready }) {
  const share = tally.requests === 0 ? 1 : tally.failed / tally.requests
  const gone = kills.filter(({ downMs }) => downMs === null)
  /** @type {readonly (readonly [boolean, string])[]} */
  const rules = [
    [tally.lost.length > 0, `${tally.lost.length} acknowledged writes are lost`],
    [tally.wrong.length > 0, `${tally.wrong.length} answers were wrong`],
    [tally.acknowledged === 0, 'nothing was acknowledged, so nothing was shown'],
    [kills.length === 0, 'nothing was killed; the drill was shorter than the time to its first kill'],
    [gone.length > 0, `${gone.length} times a service was not back in time`],
    [
      share >= failedShareMax,
      `${percent(share)} of the requests failed; less than ${percent(failedShareMax)} may`,
    ],
    [tally.withoutRetryAfter > 0, `${tally.withoutRetryAfter} failures came without a Retry-After`],
    [tally.unverified > 0, `${tally.unverified} checks after the load were not answered`],
    [!ready, 'the node is not ready again'],
  ]
  return rules.filter(([broken]) => broken).map(([, sentence]) => sentence)
}

/** For a person, without a final line break. @param {Drilled} drilled */
export function report(drilled) {
  const { tally, kills, unreadyMs, changes } = drilled
  const found = complaints(drilled)
  const share = percent(tally.requests === 0 ? 0 : tally.failed / tally.requests)
  const reasons = [...tally.failures].map(([reason, count]) => `${count} × ${reason}`)
  return [
    `kills          ${kills.length}, of which down ${spread(kills)}`,
    ...[...new Set(kills.map(({ how }) => how))].map((how) => {
      const of = kills.filter((kill) => kill.how === how)
      const causes = [...new Set(of.map(({ cause }) => cause))].join(', ')
      return `  ${how.padEnd(13)}${of.length}, down ${spread(of)}; seen as ${causes}`
    }),
    `requests       ${tally.requests}, of which ${tally.acknowledged} acknowledged a write`,
    `failed         ${tally.failed} (${share})${reasons.length > 0 ? `: ${reasons.join(', ')}` : ''}`,
    `no Retry-After ${tally.withoutRetryAfter}`,
    `lost           ${tally.lost.length}${examples(tally.lost)}`,
    `wrong          ${tally.wrong.length}${examples(tally.wrong)}`,
    `/readyz        not ready for ${Math.round(unreadyMs)} ms in ${changes.filter(({ ready }) => !ready).length} spells`,
    ...changes.slice(0, changesMax).map(({ atMs, ready, missing }) => {
      return `  ${(atMs / 1_000).toFixed(2).padStart(7)} s  ${ready ? 'ready' : `not ready: ${missing.join(', ')}`}`
    }),
    ...(changes.length > changesMax ? [`  … and ${changes.length - changesMax} changes more`] : []),
    found.length === 0 ? 'PASS' : `FAIL           ${found.join('\n               ')}`,
  ].join('\n')
}

/** One line of the table of a whole set. @param {string} name @param {Drilled} drilled */
export function row(name, drilled) {
  const { tally, kills } = drilled
  const cells = [
    name.padEnd(18),
    String(kills.length).padStart(5),
    spread(kills).padEnd(32),
    String(tally.acknowledged).padStart(7),
    String(tally.lost.length).padStart(5),
    String(tally.wrong.length).padStart(6),
    percent(tally.requests === 0 ? 0 : tally.failed / tally.requests).padStart(7),
    String(tally.withoutRetryAfter).padStart(9),
    complaints(drilled).length === 0 ? 'pass' : 'FAIL',
  ]
  return cells.join('  ')
}

export const heading = [
  'drill'.padEnd(18),
  'kills',
  'down'.padEnd(32),
  '  acked',
  ' lost',
  ' wrong',
  ' failed',
  'no R.-A.'.padStart(9),
].join('  ')

/** @param {readonly import('./kills.mjs').Kill[]} kills */
function spread(kills) {
  const times = kills.flatMap(({ downMs }) => (downMs === null ? [] : [downMs])).sort((a, b) => a - b)
  if (times.length === 0) return 'for ever'
  const at = (/** @type {number} */ share) => ms(times[Math.ceil(share * times.length) - 1] ?? 0)
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}`
}

/** @param {number} value */
function ms(value) {
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(2)} %`
}

/** @param {readonly string[]} sentences */
function examples(sentences) {
  return sentences.length === 0 ? '' : `, such as ${sentences.slice(0, examplesMax).join('; ')}`
}
