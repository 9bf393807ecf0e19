/**
 * The naive twin of the stream decision: the whole history of one `corr_id` as a word, and its messages by
 * regular expression. `p` is a plain frame, `s` START, `e` END, `b` both. It knows no caps.
 */

export type Verdict = { readonly kind: 'message'; readonly frames: number } | { readonly kind: 'refused' }

const patterns: readonly (readonly [RegExp, 'message' | 'refused' | 'open'])[] = [
  [/^[pb]/, 'message'],
  [/^sp*e/, 'message'],
  [/^e/, 'refused'],
  // From the second START everything up to a bare END belongs to the refused message.
  [/^sp*[sb][^e]*(?:e|$)/, 'refused'],
  [/^sp*$/, 'open'],
]

export function verdictsOf(history: string): readonly Verdict[] {
  const verdicts: Verdict[] = []
  let rest = history
  while (rest !== '') {
    const [length, kind] = firstOf(rest)
    if (kind === 'message') verdicts.push({ kind, frames: length })
    if (kind === 'refused') verdicts.push({ kind })
    rest = rest.slice(length)
  }
  return verdicts
}

function firstOf(history: string): readonly [number, 'message' | 'refused' | 'open'] {
  for (const [pattern, kind] of patterns) {
    const [found] = pattern.exec(history) ?? []
    if (found !== undefined) return [found.length, kind]
  }
  throw new Error(`no pattern matches the history ${history}`)
}
