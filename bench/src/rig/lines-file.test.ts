import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeLines } from './lines-file.ts'

test('every line is written once and in order, also those of many pieces', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'lines.tsv')
  const lines = Array.from({ length: 300_000 }, (_, nth) => `line ${nth}`)
  writeLines(path, lines)
  const text = readFileSync(path, 'utf8')
  assert.ok(text.length > 3 * 2 ** 20)
  assert.ok(text === `${lines.join('\n')}\n`)
})
