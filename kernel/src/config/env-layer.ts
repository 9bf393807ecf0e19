/** The environment: every variable with the profile's prefix, and none without it. */

import { configFileVariable, type Catalogue } from './catalogue.ts'
import { didYouMean } from './nearest.ts'
import { shownName, type Source } from './problems.ts'
import { misplaced, type Layer, type Sources } from './sources.ts'
import { fromText } from './text-value.ts'

/** Variables with the profile's prefix are ours, and a stranger among them is a typing error, not a neighbour. */
export function* envLayer(known: Catalogue, env: Sources['env']): Layer {
  const { envPrefix, name: program } = known.profile
  const fileVariable = configFileVariable(known.profile)
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || !name.startsWith(envPrefix) || name === fileVariable) continue
    const source: Source = { kind: 'env', name }
    const setting = known.byEnv.get(name)
    if (setting === undefined) {
      const guess = didYouMean(name, [...namesInEnv(known), fileVariable]) || '; unset it'
      const message = `${shownName(name)} is not a variable of ${program}${guess}`
      yield { kind: 'unknown', key: null, source, message }
    } else if (setting.fileOnly !== null) {
      yield misplaced(setting, source, name)
    } else {
      yield { setting, source, value: fromText(setting, text) }
    }
  }
}

function namesInEnv(known: Catalogue): string[] {
  return known.settings.filter((setting) => setting.fileOnly === null).map((setting) => setting.envName)
}
