/** Lengths of X-Wing (draft-connolly-cfrg-xwing-kem §5.4), apart from its code: who only reads a HELLO loads none of it. */

export const seedBytes = 32
export const publicKeyBytes = 1216
export const ciphertextBytes = 1120
/** What an encapsulation draws. */
export const drawnBytes = 64
