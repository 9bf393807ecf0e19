/**
 * What a `zk` caveat asks to be proven: the circuit, and the public inputs that whoever wrote the caveat pins. What a
 * circuit is, and what has to be pinned for its proofs to mean something, is for whoever verifies them.
 *
 *     statement = circuit [ ":" input "=" number *( "," input "=" number ) ]
 *     number    = digits without a leading zero | "0x" and 1 to 64 lower-case hex digits
 */

/** A public input by name, and its number as it was written. */
export interface Pin {
  readonly input: string
  readonly value: string
}

export interface Statement {
  readonly circuit: string
  readonly pins: readonly Pin[]
}

/** Statements of one token, each of which takes a proof. */
export const statementsMax = 4
/** Public inputs of one statement. */
export const inputsMax = 16

const circuitForm = /^[A-Za-z0-9._-]{1,64}$/
const pinForm = /^([a-z][a-z0-9_]{0,31})=(0|[1-9]\d{0,77}|0x[0-9a-f]{1,64})$/

/** null for what is none. */
export function parseStatement(text: string): Statement | null {
  const [circuit = '', ...rest] = text.split(':')
  if (!circuitForm.test(circuit) || rest.length > 1) return null
  const pins = rest.length === 0 ? [] : parsePins((rest[0] ?? '').split(','))
  return pins === null ? null : { circuit, pins }
}

export function statementText({ circuit, pins }: Statement): string {
  return pins.length === 0 ? circuit : `${circuit}:${pins.map(pinText).join(',')}`
}

/** `input=number` each; null when one is not, when there are too many, or when an input comes twice. */
export function parsePins(texts: readonly string[]): readonly Pin[] | null {
  const pins: Pin[] = []
  for (const text of texts) {
    const [, input, value] = pinForm.exec(text) ?? []
    if (input === undefined || value === undefined) return null
    if (pins.length === inputsMax || pins.some((pin) => pin.input === input)) return null
    pins.push({ input, value })
  }
  return pins
}

export function pinText({ input, value }: Pin): string {
  return `${input}=${value}`
}
