import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogue } from '../circuits/catalogue.ts'
import { capabilityAttributes as circuit } from '../circuits/capability-attributes.ts'
import { quotaCompliance } from '../circuits/quota-compliance.ts'
import { dayOf, pinnedBy, statementInputs, type Input } from './statement.ts'

const nowMs = 1_900_000_000_500
const inputs = (text: string): Input[] =>
  text === ''
    ? []
    : text.split(' ').map((one) => ({ input: one.split('=')[0] ?? '', value: one.split('=')[1] ?? '' }))
const held = { nowMs, committed: null }
const found = (pins: string, said: string) => statementInputs(circuit, inputs(pins), inputs(said), held)
const rule = (pins: string, said: string) => {
  const answer = found(pins, said)
  return 'rule' in answer ? answer.rule : null
}
const hex = (value: number) => value.toString(16).padStart(64, '0')

test('inputs are those of the caveat and those of the request, in the order of the circuit', () => {
  const all = [hex(7), hex(1_900_000_001), hex(42)]
  assert.deepEqual(found('group_root=0x2a', 'expiry=1900000001 commitment=7'), all)
  assert.deepEqual(found('group_root=42 commitment=7', 'expiry=1900000001'), all)
})

test('a caveat that leaves to the prover what makes the proof mean something lets nobody in', () => {
  assert.equal(rule('', 'group_root=42 expiry=1900000001 commitment=7'), 'unpinned')
  assert.equal(rule('expiry=1900000001', 'group_root=42 commitment=7'), 'unpinned')
  assert.deepEqual(
    catalogue.map((one) => [one.id, pinnedBy(one).join()]),
    [
      ['quota-compliance', 'limit'],
      ['capability-attributes', 'group_root'],
      ['audit-inclusion', 'root,event_first,event_last'],
    ],
  )
  for (const { inputs, demands } of catalogue) assert.deepEqual(Object.keys(demands), [...inputs])
})

test('an input of which a circuit says nothing has to be pinned', () => {
  assert.deepEqual(pinnedBy({ inputs: ['a'], demands: {} }), ['a'])
})

test('a moment that has passed shows nothing, pinned or not', () => {
  assert.equal(rule('group_root=42', 'expiry=1900000001 commitment=7'), null)
  assert.equal(rule('group_root=42', 'expiry=1900000000 commitment=7'), 'past')
  assert.equal(rule('group_root=42 expiry=5', 'commitment=7'), 'past')
})

test('inputs that are missing, unknown, said twice or past the field are refused', () => {
  assert.equal(rule('group_root=42', 'expiry=1900000001'), 'input')
  assert.equal(rule('group_root=42', 'expiry=1900000001 commitment=7 colour=1'), 'input')
  assert.equal(rule('group_root=42 colour=1', 'expiry=1900000001 commitment=7'), 'input')
  assert.equal(rule('group_root=42', 'group_root=42 expiry=1900000001 commitment=7'), 'input')
  assert.equal(rule('group_root=42', `expiry=1900000001 commitment=0x${'f'.repeat(64)}`), 'range')
})

test('a counter is held against the day and against what the meter committed to, unless the caveat says otherwise', () => {
  const day = dayOf(nowMs)
  assert.equal(day, 21_990)
  const quota = (pins: string, said: string, committed: string | null = hex(77)) => {
    const answer = statementInputs(quotaCompliance, inputs(pins), inputs(said), { nowMs, committed })
    return 'rule' in answer ? answer.rule : answer
  }
  assert.deepEqual(quota('limit=100', `root=77 epoch=${day}`), [hex(77), hex(100), hex(day)])
  assert.equal(quota('limit=100', `root=77 epoch=${day - 1}`), 'epoch')
  assert.equal(quota('limit=100', `root=77 epoch=${day + 1}`), 'epoch')
  assert.equal(quota('limit=100', `root=76 epoch=${day}`), 'stale')
  assert.equal(quota('limit=100', `root=77 epoch=${day}`, null), 'uncommitted')
  assert.equal(quota('limit=100', 'root=77'), 'input')
  assert.equal(quota('', `root=77 epoch=${day} limit=100`), 'unpinned')
  // Who wrote the caveat answers for what it pins.
  assert.deepEqual(quota('limit=100 root=5 epoch=6', '', null), [hex(5), hex(100), hex(6)])
})
