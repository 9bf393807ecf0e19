/** Post-quantum sessions: whether they are opened, and what is asked of peers. */

import { choice, count, duration, flag, section } from '../contract/settings.ts'

export const pqSection = section({
  mode: choice({
    default: 'off',
    of: ['off', 'hybrid'],
    env: 'PQ_MODE',
    doc: 'Post-quantum key exchange: hybrid pairs X25519 with ML-KEM-768.',
  }),
  required: flag({
    default: false,
    env: 'PQ_REQUIRED',
    change: 'process',
    doc: 'Serve operations in post-quantum sessions only; whoever opens none is refused.',
  }),
  rotateMs: duration({
    default: '1h',
    minimum: '1s',
    maximum: '24h',
    env: 'PQ_ROTATE',
    change: 'process',
    doc: 'How often the key that opens sessions is changed; the one before is good for as long again.',
  }),
  handshakesPerSecond: count({
    default: 500,
    minimum: 1,
    maximum: 100_000,
    env: 'PQ_HANDSHAKES_PER_SECOND',
    change: 'process',
    doc: 'Most sessions opened in a second; the next is refused with 429.',
  }),
})
