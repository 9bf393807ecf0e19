/** What a command of `ronctl` has to say: to a person, to a program, and to the shell. */

export const exitCodes = {
  ok: 0,
  /** The node is not ready, refused, or was not reached; or the token is none; or a check failed. */
  no: 1,
  /** The command line is wrong. */
  usage: 2,
  /** All works, and something will not for long. */
  warned: 3,
} as const

export interface Outcome {
  readonly exitCode: (typeof exitCodes)[keyof typeof exitCodes]
  /** Without a final line break. */
  readonly text: string
  readonly json: unknown
  /** What was asked for did not come; the text says why. */
  readonly complaint: boolean
  /** Its JSON is one line, after others that were written before. */
  readonly compact?: boolean
}

/** Where an outcome is written. */
export interface Printed {
  readonly stdout: string
  readonly stderr: string
}

/** Complaints go to standard error, so that what is piped on is only ever what was asked for. JSON says of itself what it is. */
export function printed(outcome: Outcome, asJson: boolean): Printed {
  const { text, json, complaint, compact = false } = outcome
  if (json === undefined && text === '') return { stdout: '', stderr: '' }
  if (asJson) return { stdout: `${JSON.stringify(json, null, compact ? 0 : 2)}\n`, stderr: '' }
  return complaint ? { stdout: '', stderr: `${text}\n` } : { stdout: `${text}\n`, stderr: '' }
}

/** It has said everything itself. */
export function spoken(exitCode: Outcome['exitCode'] = exitCodes.ok): Outcome {
  return { exitCode, text: '', json: undefined, complaint: false }
}

export function answered(text: string, json: unknown, exitCode: Outcome['exitCode'] = exitCodes.ok): Outcome {
  return { exitCode, text, json, complaint: false }
}

export function failed(
  message: string,
  exitCode: Outcome['exitCode'] = exitCodes.no,
  more: object = {},
): Outcome {
  return {
    exitCode,
    text: message,
    json: { ok: false, exit_code: exitCode, message, ...more },
    complaint: true,
  }
}
