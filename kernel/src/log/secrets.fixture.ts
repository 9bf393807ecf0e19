/** Things that must never be written: tokens as libmacaroons v2 lays them out, in every encoding they travel in. */

import fc from 'fast-check'

/** Version, location, identifier, an end of section, a signature of 32 bytes: `02 01 … 02 … 00 00 06 20 …`. */
export function macaroonBytes(seed: number, location = 'ron'): Uint8Array {
  const identifier = new TextEncoder().encode(`id-${seed}`)
  const place = new TextEncoder().encode(location)
  const signature = Array.from({ length: 32 }, (_, index) => (seed * 31 + index * 17) % 256)
  const located = location === '' ? [] : [1, place.length, ...place]
  return Uint8Array.from([2, ...located, 2, identifier.length, ...identifier, 0, 0, 6, 32, ...signature])
}

const binary = fc
  .tuple(fc.nat(1_000_000), fc.constantFrom('', 'ron', 'https://node.example.org/'))
  .map(([seed, location]) => Buffer.from(macaroonBytes(seed, location)))

/** One token as text. */
export const tokens: fc.Arbitrary<string> = fc.oneof(
  binary.map((bytes) => bytes.toString('base64url')),
  binary.map((bytes) => bytes.toString('base64')),
  binary.map((bytes) => bytes.toString('hex')),
)
