import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as roster from '@ron/services/roster'
import { catalogue } from '../../config/catalogue.ts'
import { nodeSections } from '../../config/node-sections.ts'
import { profiles } from '../../config/profiles.ts'
import type { Contract } from '../../contract/contract.ts'
import { liveSections } from './steps.ts'

const contracts: readonly Contract[] = Object.values(roster)
const sections = Object.fromEntries(contracts.map(({ name, config }) => [name, config]))
const { settings } = catalogue(profiles.macro, { ...nodeSections, ...sections })

test('whoever declares a setting live has its section told how, and no section is told for nothing', () => {
  const declared = new Set(settings.filter(({ change }) => change === 'live').map(({ section }) => section))
  assert.deepEqual([...declared].toSorted(), [...liveSections].toSorted())
})

test('memory that is reserved once is for a restart of the process to change', () => {
  for (const { name, state } of contracts) {
    const properties = [state?.journal, state?.blobs].filter((each) => typeof each === 'string')
    for (const property of properties) {
      const setting = settings.find((each) => each.section === name && each.property === property)
      assert.equal(setting?.change, 'process', `${name}.${property}`)
    }
  }
})
