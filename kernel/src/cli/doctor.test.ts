import assert from 'node:assert/strict'
import test from 'node:test'
import { runsOn } from './doctor.ts'

test('the node runs on ^20.19, ^22.13 and 24 or newer', () => {
  for (const version of [
    '20.19.0',
    '20.20.2',
    '22.13.0',
    '22.23.3',
    '24.0.0',
    '24.21.0',
    '25.1.0',
    '26.0.0',
  ]) {
    assert.equal(runsOn(version), true, version)
  }
  for (const version of ['18.20.0', '20.18.9', '21.7.0', '22.12.0', '23.11.0', '', 'x']) {
    assert.equal(runsOn(version), false, version)
  }
})
