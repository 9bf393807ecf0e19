/** Numbers as a person reads them, with as many digits as they mean. */

/** Three digits that count, thousands apart; `–` for what is not a number. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size >= 100) return Math.round(value).toLocaleString('en')
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3)
}

/** `≥ 5`, `≤ 0.9 ×` for a limit of the ratio. */
export function bound(better: 'more' | 'less', value: number, of: 'ours' | 'ratio'): string {
  return `${better === 'more' ? '≥' : '≤'} ${figure(value)}${of === 'ratio' ? ' ×' : ''}`
}
