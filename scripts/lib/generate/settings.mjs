// @ts-check
/** Every setting of a micronode as a row of the reference, from the catalogue that also reads them. */

import { catalogue } from '@ron/kernel/config/catalogue'
import { nodeSections } from '@ron/kernel/config/node-sections'
import { profiles } from '@ron/kernel/config/profiles'
import { writtenValue } from '@ron/kernel/config/written-value'

/** What a change takes, in a word. */
const words = { live: 'at once', service: 'service', process: 'process', fixed: 'never' }

/**
 * `env` is empty for a setting that only the file may set; `default` is written as a person would.
 * @param {readonly import('./doors.mjs').Contract[]} contracts
 * @returns {{ key: string, env: string, default: string, change: string, doc: string }[]}
 */
export function settings(contracts) {
  const services = Object.fromEntries(contracts.map(({ name, config }) => [name, config]))
  return catalogue(profiles.micro, { ...nodeSections, ...services }).settings.map((setting) => ({
    key: setting.key,
    env: setting.fileOnly === null ? setting.envName : '',
    default: writtenValue(setting, setting.default),
    change: words[setting.change],
    doc: setting.doc,
  }))
}
