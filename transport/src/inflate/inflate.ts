/**
 * Content by its coding (RFC 9110 §8.4): `identity`, `zstd` and `gzip`, each at most once. It knows no HTTP
 * and no frames; whoever has a compressed body brings it here with the name of its coding.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import { inflateLimits, type InflateLimits } from './caps.ts'
import { Gate } from './gate.ts'
import { inflateGzip } from './gzip.ts'
import { inflateZstd } from './zstd.ts'

export class Inflater {
  readonly #yieldTurn: () => Promise<void>
  readonly #limits: InflateLimits
  readonly #gate: Gate

  /** `yieldTurn` resolves after the event loop has served others. */
  constructor(yieldTurn: () => Promise<void>, limits = inflateLimits, gate = new Gate()) {
    this.#yieldTurn = yieldTurn
    this.#limits = limits
    this.#gate = gate
  }

  /**
   * The plain content. `input` must stay as it is until the promise settles. `bytesMax` may lower the
   * absolute cap. Rejects with a `Refusal`: UnsupportedMedia for another or a stacked coding, DecompressCap,
   * BadRequest for content that is not whole, Busy when too many wait.
   */
  async inflate(
    coding: string | null,
    input: Uint8Array,
    bytesMax = this.#limits.bytesMax,
  ): Promise<Uint8Array> {
    const known = parseCoding(coding)
    if (known === 'identity') return input
    const limits = { ...this.#limits, bytesMax: Math.min(bytesMax, this.#limits.bytesMax) }
    return this.#gate.through(() =>
      known === 'zstd' ? inflateZstd(input, limits, this.#yieldTurn) : inflateGzip(input, limits),
    )
  }
}

export type Coding = 'identity' | 'zstd' | 'gzip'

/** The value of a Content-Encoding header, or null for none. Throws a `Refusal` (UnsupportedMedia). */
export function parseCoding(text: string | null): Coding {
  const name = (text ?? '').trim().toLowerCase()
  // Codings multiply: two layers of 10 are 100, and only the outer one could be judged beforehand.
  if (name.includes(',')) {
    throw new Refusal('UnsupportedMedia', 'stacked content codings are not taken; send one of zstd, gzip')
  }
  if (name === '' || name === 'identity') return 'identity'
  if (name === 'zstd') return 'zstd'
  // RFC 9110 §8.4.1.3: "a recipient SHOULD consider "x-gzip" to be equivalent to "gzip"".
  if (name === 'gzip' || name === 'x-gzip') return 'gzip'
  throw new Refusal(
    'UnsupportedMedia',
    `the content coding ${JSON.stringify(name.slice(0, 40))} is not taken; send zstd or gzip`,
  )
}
