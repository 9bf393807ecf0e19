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

/** Fails for a long word and a number that are each compared whole, in one branch. @type {Target} */
export const wholes = {
  seeds: [new TextEncoder().encode('nothing to see')],
  run(input) {
    if (!Buffer.from(input).toString('latin1').startsWith('x-planted-fault:')) return
    if (input.length < 20) return
    if (new DataView(input.buffer).getUint32(16) === 0xfeedc0de) throw new Error('the planted fault')
  },
}

/** Takes as many steps as the square of its length, and may take only so many for each byte. @type {Target} */
export const square = {
  seeds: [new Uint8Array(100)],
  stepsPerByte: 60,
  run(input) {
    let equal = 0
    for (const one of input) {
      for (const other of input) {
        if (one === other) equal += 1
      }
    }
    return void equal
  },
}
