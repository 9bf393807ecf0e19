/** Values of options as people write them; a wrong one is a complaint of the command line that names the option. */

import { parseDuration, parseSize } from '@ron/kernel/contract/units'
import type { Command } from 'commander'

/** Milliseconds. `such` is an example or two. */
export function writtenTime(command: Command, option: string, text: string, such: string): number {
  return written(command, text, parseDuration, `${option} is a time such as ${such}`)
}

/** Bytes. */
export function writtenSize(command: Command, option: string, text: string): number {
  return written(command, text, parseSize, `${option} is a size such as 512 or 64KiB`)
}

function written(command: Command, text: string, parse: (text: string) => number, wanted: string): number {
  try {
    return parse(text)
  } catch {
    return command.error(`${wanted}; it is ${JSON.stringify(text)}`)
  }
}
