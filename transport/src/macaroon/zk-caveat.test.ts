import assert from 'node:assert/strict'
import { test } from 'node:test'
import { caveatText, formatCaveat, parseCaveat } from './caveats.ts'
import { inputsMax } from './zk-caveat.ts'

const pins = (count: number) => Array.from({ length: count }, (_, at) => `input_${at}=${at}`).join(',')

test('a statement is a circuit and the inputs that are pinned, and reads back as it was written', () => {
  const text = 'zk = capability-attributes:group_root=0x2a,expiry=1900000000'
  const caveat = parseCaveat(text)
  assert.deepEqual(caveat, {
    name: 'zk',
    statement: {
      circuit: 'capability-attributes',
      pins: [
        { input: 'group_root', value: '0x2a' },
        { input: 'expiry', value: '1900000000' },
      ],
    },
  })
  assert.equal(caveatText(caveat), text)
  assert.equal(formatCaveat(caveat), text)
  assert.equal(formatCaveat(parseCaveat('zk=quota-compliance')), 'zk = quota-compliance')
  assert.equal(caveatText(parseCaveat(`zk = c:${pins(inputsMax)}`)), `zk = c:${pins(inputsMax)}`)
})

test('what could be read in two ways, or is past a bound, is no statement', () => {
  for (const value of [
    ':a=1',
    'c:',
    'c:a',
    'c:a=',
    'c:a=01',
    'c:a=-1',
    'c:a=1.0',
    'c:a=0x',
    'c:a=0X2a',
    'c:a=0x2A',
    'c:a=1, b=2',
    'c:a=1,',
    'c:a=1,a=1',
    'c:A=1',
    'c:a=1:b=2',
    'c d',
    'c'.repeat(65),
    `c:${'a'.repeat(33)}=1`,
    `c:a=0x${'f'.repeat(65)}`,
    `c:a=${'9'.repeat(79)}`,
    `c:${pins(inputsMax + 1)}`,
  ]) {
    const wrong = { name: 'MacaroonError', message: /is no value for caveat "zk"/ }
    assert.throws(() => parseCaveat(`zk = ${value}`), wrong, value)
  }
})
