import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ManualClock } from '@ron/kernel/system/manual-clock'
import { check } from './check.ts'
import { subject, type Checked } from './checked.ts'
import { cli } from './cli.ts'
import type { Model, Subject } from './model.ts'

interface Lamp {
  readonly lit: boolean
  readonly switches: number
}
type Press = 'press' | { readonly kind: 'turn off'; readonly by: string }
type Machine = (lit: boolean) => boolean

/** A switch that breaks when it is pressed too often. */
const lamp: Subject<Machine, Lamp, Press> = {
  name: 'lamp',
  machine: (lit) => !lit,
  model: (machine, scale) => ({
    initial: { lit: false, switches: 0 },
    events: ({ lit, switches }) => [
      ...(switches < (scale === 'deep' ? 20 : 4) ? (['press'] as const) : []),
      ...(lit ? [{ kind: 'turn off', by: 'hand' } as const] : []),
    ],
    step: ({ lit, switches }, event) =>
      event === 'press' ? { lit: machine(lit), switches: switches + 1 } : { lit: false, switches },
    laws: { 'an odd press lights it': ({ lit, switches }) => !lit || switches > 0 },
    settled: ({ lit, switches }) => !lit && switches > 0,
  }),
  mutants: { 'never goes out': () => true, 'never lights': () => false },
}

/** What the command line prints, and whether all was well. */
async function told(args: readonly string[], roster: readonly Checked[] = [subject(lamp)]) {
  const lines: string[] = []
  const clock = new ManualClock()
  const ok = await cli(args, { roster, regressions: [], clock, print: (line) => lines.push(line) })
  return { ok, text: lines.join('\n') }
}

const bounds = { statesMax: 1_000, reduce: true }

test('a mutant that no law catches fails the check and is named', async () => {
  const { ok, lines } = check(subject(lamp), 'short', bounds, new ManualClock())
  assert.equal(ok, false)
  assert.deepEqual(lines.slice(1), [
    'lamp: 0 of 2 mutants killed',
    'lamp: SURVIVED: never goes out',
    'lamp: SURVIVED: never lights',
  ])
})

const strict = subject({
  ...lamp,
  model: (machine, scale): Model<Lamp, Press> => ({
    ...lamp.model(machine, scale),
    laws: {
      'a lit lamp was pressed oddly often, when nobody turned it off': ({ lit, switches }) =>
        !lit || switches % 2 === 1,
    },
    events: ({ switches }) => (switches < 4 ? ['press'] : []),
    settled: ({ switches }) => switches === 4,
  }),
  mutants: { 'never goes out': () => true },
})

test('a subject whose laws hold and whose mutants are all caught passes, with its numbers', async () => {
  const { ok, text } = await told(['--model', 'lamp'], [strict])
  assert.equal(ok, true)
  assert.match(text, /^lamp: ok; 5 states, 4 schedules, 0 spared, depth 4; \d+ states\/s, \d+ schedules\/s$/m)
  assert.match(text, /^lamp: 1 of 1 mutants killed$/m)
})

test('a subject without mutants does not pass', async () => {
  assert.equal((await told(['--model', 'lamp'], [subject({ ...lamp, mutants: {} })])).ok, false)
})

test('what catches a mutant is printed as a schedule, and replaying it ends in the broken law', async () => {
  const { ok, text } = await told(['--model', 'lamp', '--mutant', 'never goes out'], [strict])
  assert.equal(ok, false)
  assert.match(text, /--model lamp --mutant 'never goes out' --replay 'press press'/)
  const replayed = await told(
    ['--model', 'lamp', '--mutant', 'never goes out', '--replay', 'press press'],
    [strict],
  )
  assert.equal(replayed.ok, false)
  assert.equal(
    replayed.text,
    [
      'initially {"lit":false,"switches":0}',
      'press → {"lit":true,"switches":1}',
      'press → {"switches":2}',
      'BROKEN: a lit lamp was pressed oddly often, when nobody turned it off',
    ].join('\n'),
  )
})

test('events with fields and spaces can be replayed as they are printed', async () => {
  const { ok, text } = await told(['--model', 'lamp', '--replay', 'press turn off(by="hand") press'])
  assert.equal(ok, true)
  assert.match(text, /^turn off\(by="hand"\) → {"lit":false}$/m)
})

test('a schedule with an event that may not happen then names the step and what may', async () => {
  await assert.rejects(
    told(['--model', 'lamp', '--replay', 'press press turn off(by="hand")']),
    /step 3: 'turn off\(by="hand"\)' does not begin with what may happen here: press/,
  )
})

test('the deep scale is a larger world', async () => {
  const deep = await told(['--model', 'lamp', '--deep'], [subject(lamp)])
  assert.match(deep.text, /lamp: ok; 41 states/)
})

test('a claim of independence that does not hold fails the check', async () => {
  const wrong = subject({
    ...lamp,
    model: (machine, scale) => ({ ...lamp.model(machine, scale), independent: () => true }),
  })
  assert.match(
    (await told(['--model', 'lamp'], [wrong])).text,
    /FALSE CLAIM: press and turn off\(by="hand"\) do not commute in {/,
  )
})

test('a law that needs more states than allowed is undecided, which is not a pass', async () => {
  const endless = subject({
    ...lamp,
    model: (machine): Model<Lamp, Press> => ({
      ...lamp.model(machine, 'short'),
      events: () => ['press'],
    }),
  })
  const { ok, lines } = check(endless, 'short', bounds, new ManualClock())
  assert.equal(ok, false)
  assert.match(lines[0] ?? '', /UNDECIDED, for it has more than 1000 states/)
})

test('the list has every law and mutant, and the help every option', async () => {
  assert.match((await told(['--list'])).text, /law: an odd press lights it\n  mutant: it never goes out/)
  for (const option of ['model', 'deep', 'states', 'no-reduction', 'mutant', 'replay', 'list']) {
    assert.match((await told(['--help'])).text, new RegExp(`--${option}`))
  }
})

test('a model or mutant that does not exist, or an option without its model, is an error that says so', async () => {
  await assert.rejects(told(['--model', 'ring']), /no model is named ring; there are lamp/)
  await assert.rejects(told(['--model', 'lamp', '--mutant', 'explodes']), /lamp has no mutant 'explodes'/)
  await assert.rejects(told(['--replay', 'press'], [strict, strict]), /--replay needs one --model/)
  await assert.rejects(told(['--states', 'many']), /--states takes a whole number above 0, not many/)
  await assert.rejects(told(['--deeper']), /Unknown option '--deeper'/)
})
