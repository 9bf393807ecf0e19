/** What commands of `ronctl` have in common: options, and what their exit codes say. */

import type { Command } from 'commander'

export const jsonOption = ['--json', 'print JSON for programs instead of text for people'] as const
export const adminOption = [
  '--admin <url>',
  'the admin address that the node printed, or unix:/path [RON_ADMIN]',
] as const

export const exits = 'Exit codes: 0 yes, 1 no, refused or not reached, 2 the command line is wrong.'

/** Reads the admin address of a command, and complains of a wrong one. */
export type AdminOf = (command: Command, written: string | undefined) => string
