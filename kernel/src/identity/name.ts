/**
 * Names of nodes and services as the registry compares them: those of the DNS, in the one spelling they have there.
 * Full stops of other scripts are full stops, letters are lower-case and composed (NFC), and what is not ASCII is
 * written as IDNA has it: `Café.Example.` is `xn--caf-dma.example`.
 */

import { domainToASCII } from 'node:url'

export const nameLengthMax = 253
const label = /^[a-z0-9-]{1,63}$/
/** What a name may have besides letters and digits of any script; the parser of hosts would take others as syntax. */
const ascii = /^[a-zA-Z0-9.-]*$/
/** A name that ends in a number would be read as an IPv4 address. This is put behind it meanwhile. */
const tail = '.x'

/** Null for what cannot name anything. */
export function normalName(name: string): string | null {
  const dotted = name
    .trim()
    .replaceAll(/[.。．｡]+/g, '.')
    .replace(/^\.|\.$/g, '')
  if (dotted.length === 0 || dotted.length > 4 * nameLengthMax) return null
  // oxlint-disable-next-line no-control-regex
  if (!ascii.test(dotted.replaceAll(/[^\u0000-\u007f]/g, ''))) return null
  const host = domainToASCII(`${dotted}${tail}`)
  if (!host.endsWith(tail)) return null
  const normal = host.slice(0, -tail.length)
  const sound = normal.length <= nameLengthMax && normal.split('.').every((part) => label.test(part))
  return sound ? normal : null
}
