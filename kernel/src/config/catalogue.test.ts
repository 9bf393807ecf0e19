import assert from 'node:assert/strict'
import test from 'node:test'
import { bytes, count, duration, flag, section, text } from '../contract/settings.ts'
import { catalogue } from './catalogue.ts'
import { nodeSections } from './node-sections.ts'
import { profiles } from './profiles.ts'
import { serviceSections } from './reading.fixture.ts'

test('a service section gets keys and variables from its names alone', () => {
  const { settings } = catalogue(profiles.micro, serviceSections)
  assert.deepEqual(
    settings.map(({ key, envName, section, property }) => [key, envName, section, property]),
    [
      ['storage.bytes_max', 'MICRO_STORAGE_BYTES_MAX', 'storage', 'bytesMax'],
      ['zk-verify.batch_max', 'MICRO_ZK_VERIFY_BATCH_MAX', 'zk-verify', 'batchMax'],
      ['zk-verify.wait', 'MICRO_ZK_VERIFY_WAIT', 'zk-verify', 'waitMs'],
      ['zk-verify.motto', 'MICRO_ZK_VERIFY_MOTTO', 'zk-verify', 'motto'],
    ],
  )
})

test('the environment of the macro profile has its own prefix', () => {
  const { byEnv } = catalogue(profiles.macro, { ...nodeSections, ...serviceSections })
  assert.equal(byEnv.get('MACRO_STORAGE_BYTES_MAX')?.key, 'storage.bytes_max')
})

test('only a duration drops the unit from its name', () => {
  const { settings } = catalogue(profiles.micro, {
    a: section({ waitMs: duration({ default: '1s', doc: '' }), itemsMs: count({ default: 1, doc: '' }) }),
  })
  assert.deepEqual(
    settings.map(({ key }) => key),
    ['a.wait', 'a.items_ms'],
  )
})

test('two settings with one name are a mistake in the code, and say so', () => {
  const twoKeys = {
    a: section({ waitMs: duration({ default: '1s', doc: '' }), wait: flag({ default: true, doc: '' }) }),
  }
  assert.throws(() => catalogue(profiles.micro, twoKeys), /a\.wait and a\.wait are both called a\.wait/)
  const twoVariables = {
    'a-b': section({ c: flag({ default: true, doc: '' }) }),
    a: section({ bC: flag({ default: true, doc: '' }) }),
  }
  assert.throws(() => catalogue(profiles.micro, twoVariables), /both called MICRO_A_B_C/)
  const twoFlags = {
    a: section({
      b: flag({ default: true, doc: '', flag: 'x' }),
      c: flag({ default: true, doc: '', flag: 'x' }),
    }),
  }
  assert.throws(() => catalogue(profiles.micro, twoFlags), /both called --x/)
})

test('a default outside its own bounds is a mistake in the code, and says so', () => {
  const sections = { a: section({ size: bytes({ default: '2KiB', maximum: '1KiB', doc: '' }) }) }
  assert.throws(
    () => catalogue(profiles.micro, sections),
    /default of a\.size is 2KiB, above the most allowed, 1KiB/,
  )
})

test('a profile may not have a default for a setting that does not exist', () => {
  const profile = { ...profiles.micro, defaults: { 'a.typo': true } }
  assert.throws(() => catalogue(profile, serviceSections), /unknown setting a\.typo/)
})

test('a text setting that would hold a secret is a mistake in the code, and says so', () => {
  const sections = { a: section({ apiKey: text({ default: '', doc: '' }) }) }
  assert.throws(() => catalogue(profiles.micro, sections), /a\.api_key would hold a secret/)
})
