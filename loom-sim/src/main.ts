/** Checks every model and says how far it looked. Exits with 1 when one has a violation. */

import { explore, type Exploration } from './explore.ts'
import { lifecycleModel } from './models/lifecycle.ts'
import { subscriptionModel } from './models/subscription.ts'
import { supervisorModel } from './models/supervisor.ts'

const statesMax = 500_000

const explorations: readonly Exploration[] = [
  explore(supervisorModel('stoppable'), statesMax),
  explore(supervisorModel('left alone'), statesMax),
  explore(lifecycleModel(), statesMax),
  explore(subscriptionModel(), statesMax),
]

for (const { name, states, transitions, violation } of explorations) {
  const verdict =
    violation === null ? 'ok' : ['VIOLATION', violation.because, ...violation.trace].join('\n  ')
  process.stdout.write(`${name}: ${states} states, ${transitions} transitions, ${verdict}\n`)
}
process.exitCode = explorations.every(({ violation }) => violation === null) ? 0 : 1
