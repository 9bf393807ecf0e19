/** Where a secret comes from that no setting may hold, as a setting names the place. */

export type KeySource =
  | { readonly kind: 'file'; readonly path: string }
  /** One that the process was started with, 3 to 1023. */
  | { readonly kind: 'fd'; readonly descriptor: number }
  | { readonly kind: 'env'; readonly name: string }

/** Null for what names no place. */
export function parseKeySource(text: string): KeySource | null {
  const [, kind, rest = ''] = /^(file|fd|env):(.+)$/.exec(text) ?? []
  if (kind === 'file') return { kind, path: rest }
  const descriptor = Number(rest)
  if (kind === 'fd')
    return /^\d{1,4}$/.test(rest) && descriptor > 2 && descriptor < 1024 ? { kind, descriptor } : null
  return kind === 'env' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest) ? { kind, name: rest } : null
}
