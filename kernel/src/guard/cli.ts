/** `node kernel/dist/main.js --guard …`: runs the rest of the command line in a node under guard. */

import { systemClock } from '../system/clock.ts'
import { systemRandom } from '../system/random.ts'
import { Guard } from './guard.ts'

process.stderr.on('error', () => undefined)

const [, script = '', ...args] = process.argv
const command = [...process.execArgv, script, ...args.filter((arg) => arg !== '--guard')]
const guard = new Guard(
  command,
  systemClock,
  systemRandom,
  (line) => process.stderr.write(`guard: ${line}\n`),
  (exitCode) => process.exit(exitCode),
)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => guard.signal(signal))
process.on('SIGHUP', () => guard.hangUp())
guard.start()
