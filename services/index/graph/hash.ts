/**
 * Hashes of 32 bits that begin with a seed, which differs between nodes, so that nobody outside can choose
 * names or edges that collide.
 */

/** One round: a multiplication spreads low bits upwards, the shift brings high bits back down. */
export function mixed(hash: number, part: number): number {
  const spread = Math.imul(hash ^ part, 0x9e37_79b1)
  return spread ^ (spread >>> 15)
}

export function hashOfText(seed: number, text: string): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = mixed(hash, text.charCodeAt(i))
  return mixed(hash, text.length) >>> 0
}
