/** The command line: flags that name a setting, and `--set key=value`. Given twice, the last one wins. */

import type { Catalogue } from './catalogue.ts'
import { didYouMean } from './nearest.ts'
import { shownName, type Source } from './problems.ts'
import { misplaced, type Layer, type Override } from './sources.ts'
import { fromText } from './text-value.ts'

export function* flagLayer(known: Catalogue, overrides: readonly Override[]): Layer {
  for (const { key, text, flag } of overrides) {
    const source: Source = { kind: 'flag', flag: flag === '--set' ? `--set ${shownName(key)}` : flag }
    const setting = known.byKey.get(key)
    if (setting === undefined) {
      const guess = didYouMean(key, known.byKey.keys()) || '; config print lists them'
      const message = `${shownName(key)} is not a setting${guess}`
      yield { kind: 'unknown', key: null, source, message }
    } else if (setting.fileOnly !== null) {
      yield misplaced(setting, source, `${flag} ${key}`)
    } else {
      yield { setting, source, value: fromText(setting, text) }
    }
  }
}
