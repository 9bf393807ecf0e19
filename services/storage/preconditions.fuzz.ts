/** Entity tags: a list means to this node what it means to a reader that goes by the grammar of RFC 9110 §8.8.3 and §13.1. */

import assert from 'node:assert/strict'
import { brokenPrecondition, etagOf, isUnchanged, rangeStillFits } from './preconditions.ts'

const current = 'b3:00'

export const seeds: readonly Uint8Array[] = [
  '"b3:00"',
  'W/"b3:00"',
  '"a", W/"b3:00" ,"b3:00"',
  '*',
  ', ,"b3:00"',
  '"b3:00',
  'x"b3:00"',
].map((text) => Buffer.from(text))

export const stepsPerByte = 50

export function run(input: Uint8Array): void {
  const list = Buffer.from(input).toString('latin1')
  const tags = tagsIn(list)
  const any = list.trim() === '*'
  const strongly = any || tags.includes(etagOf(current))
  const weakly = strongly || tags.includes(`W/${etagOf(current)}`)
  assert.equal(isUnchanged(list, current), weakly)
  assert.equal(brokenPrecondition({ if_match: list }, current) === undefined, strongly)
  assert.equal(brokenPrecondition({ if_none_match: list }, current) === undefined, !weakly)
  assert.notEqual(brokenPrecondition({ if_match: list }, undefined), undefined)
  assert.equal(brokenPrecondition({ if_none_match: list }, undefined), undefined)
  assert.equal(rangeStillFits(list, current), list.trim() === etagOf(current))
}

/** None when any of it is no tag. Commas may stand inside of tags, so it is read letter by letter. */
function tagsIn(list: string): string[] {
  const items: string[] = ['']
  let inside = false
  for (const one of list) {
    if (one === '"') inside = !inside
    if (one === ',' && !inside) items.push('')
    else items[items.length - 1] += one
  }
  const tags = items.map((item) => item.trim()).filter((item) => item !== '')
  return tags.every((tag) => /^(W\/)?"[^"]*"$/.test(tag)) ? tags : []
}
