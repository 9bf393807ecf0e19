/**
 * What nodes expose is what was checked in: the metrics of each profile by name, type and labels, and how the admin
 * planes differ. Who changes one on purpose writes it anew with `npm run golden`.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { goldenFiles, goldenFolder } from './golden/files.ts'
import { startNode } from './node-process.ts'

const [micro, macro] = await Promise.all([startNode(), startNode({ profile: 'macro' })])
const files = await goldenFiles(micro, macro)

if (process.env['RON_GOLDEN'] === 'write')
  for (const [name, text] of files) writeFileSync(goldenFolder + name, text)

for (const [name, text] of files) {
  test(`${name} is as it was checked in`, () => {
    const path = goldenFolder + name
    assert(existsSync(path), `${path} is missing; npm run golden writes it`)
    assert.equal(text, readFileSync(path, 'utf8'))
  })
}
