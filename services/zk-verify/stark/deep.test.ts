import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elements, exts } from '../proving/stark/chance.ts'
import { chance } from '../proving/stark/inclusion.fixture.ts'
import { deep, differences, nextPoint, weightCount, type Opened, type Said } from './deep.ts'
import { rowRoot } from './air.ts'
import { add, equal, fromBase, inverses, mul, scale, sub, zero, type Ext } from './extension.ts'
import { columns, segments } from './parameters.ts'

const pointed = exts(chance, 1)[0] ?? zero
const x = 12_345
const said: Said = {
  row: exts(chance, columns),
  next: exts(chance, columns),
  segments: exts(chance, segments),
}
const opened: Opened = {
  row: elements(chance, columns),
  segments: exts(chance, segments),
  mask: exts(chance, 1)[0] ?? zero,
}
const [atZ = zero, atNext = zero] = inverses(differences(x, pointed))

/** Of each term its difference over that of the points, in the order of the weights. */
const terms: readonly Ext[] = [
  ...opened.row.map((value, at) => mul(sub(fromBase(value), said.row[at] ?? zero), atZ)),
  ...opened.row.map((value, at) => mul(sub(fromBase(value), said.next[at] ?? zero), atNext)),
  ...opened.segments.map((value, at) => mul(sub(value, said.segments[at] ?? zero), atZ)),
]

test('every value that is said at z and at g·z counts, with a weight of its own', () => {
  assert.equal(terms.length, weightCount)
  for (const [at, term] of terms.entries()) {
    const weights = terms.map((_, i) => fromBase(i === at ? 1 : 0))
    const value = deep(said, weights)(opened, [atZ, atNext])
    assert.ok(equal(value, add(opened.mask, term)), `weight ${at}`)
  }
  const weights = exts(chance, weightCount)
  const sum = terms.reduce((total, term, at) => add(total, mul(weights[at] ?? zero, term)), opened.mask)
  assert.ok(equal(deep(said, weights)(opened, [atZ, atNext]), sum))
})

test('the points that are divided by are z and one row after it', () => {
  const [here, next] = differences(x, pointed)
  assert.ok(equal(add(here, pointed), fromBase(x)) && equal(add(next, nextPoint(pointed)), fromBase(x)))
  assert.ok(equal(nextPoint(pointed), scale(pointed, rowRoot)))
})
