// @ts-check
/** Targets with known faults, for the fuzzer's own tests. */

/** @typedef {import('./engine.mjs').Target} Target */

/** Fails for inputs with four certain bytes in a row, each behind a branch of its own. @type {Target} */
export const magic = {
  seeds: [new TextEncoder().encode('nothing to see')],
  run(input) {
    const at = input.indexOf(0x46)
    if (at < 0) return
    if (input[at + 1] !== 0x55) return
    if (input[at + 2] !== 0x5a) return
    if (input[at + 3] === 0x21) throw new Error('the planted fault')
  },
}

/** Never fails. @type {Target} */
export const sound = {
  seeds: [new Uint8Array([1, 2, 3])],
  run(input) {
    if (input.length > 3) return
    input.fill(0)
  },
}

/** Fails at its first seed. @type {Target} */
export const broken = {
  seeds: [new TextEncoder().encode('abcXdef')],
  run(input) {
    if (input.includes(0x58)) throw new Error('an X')
  },
}
