/** Events as a person writes them: `leave`, `exited(because="" fraction=0.5)`. A schedule is labels with spaces between. */

export function labelOf(event: unknown): string {
  if (typeof event !== 'object' || event === null) return String(event)
  const { kind, ...more } = event as { readonly kind?: unknown }
  const fields = Object.entries(more).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  const name = typeof kind === 'string' ? kind : ''
  return fields.length === 0 ? name : `${name}(${fields.join(' ')})`
}
