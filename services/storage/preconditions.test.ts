import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brokenPrecondition, etagOf, isUnchanged, rangeStillFits } from './preconditions.ts'

const here = `b3:${'a'.repeat(64)}`
const other = `b3:${'b'.repeat(64)}`
const tag = etagOf(here)

test('an entity tag is the address in quotes', () => {
  assert.equal(tag, `"${here}"`)
})

test('a reader who has the current tag has it unchanged, in a list, weak, or with a star', () => {
  for (const header of [tag, `W/${tag}`, `"x", ${tag}`, `"x",W/${tag} , "y"`, '*', ' * ']) {
    assert.equal(isUnchanged(header, here), true, header)
  }
})

test('a reader with another tag, no tag or nonsense is sent the content', () => {
  for (const header of [undefined, etagOf(other), here, '', '"', `'${here}'`, '**', `"${here}`]) {
    assert.equal(isUnchanged(header, here), false, header)
  }
})

test('if-match wants a strong tag of what is there', () => {
  assert.equal(brokenPrecondition({ if_match: tag }, here), undefined)
  assert.equal(brokenPrecondition({ if_match: `"x", ${tag}` }, here), undefined)
  assert.match(
    brokenPrecondition({ if_match: `W/${tag}` }, here) ?? '',
    /if-match does not hold: what is stored here is "b3:/,
  )
  assert.match(brokenPrecondition({ if_match: etagOf(other) }, here) ?? '', /if-match/)
})

test('if-match with a star wants anything to be there, and no tag matches nothing', () => {
  assert.equal(brokenPrecondition({ if_match: '*' }, here), undefined)
  assert.match(brokenPrecondition({ if_match: '*' }, undefined) ?? '', /nothing is stored here/)
  assert.match(brokenPrecondition({ if_match: tag }, undefined) ?? '', /nothing is stored here/)
})

test('if-none-match with a star lets only the first writer through', () => {
  assert.equal(brokenPrecondition({ if_none_match: '*' }, undefined), undefined)
  assert.match(brokenPrecondition({ if_none_match: '*' }, here) ?? '', /if-none-match does not hold/)
  assert.match(brokenPrecondition({ if_none_match: `W/${tag}` }, here) ?? '', /if-none-match/)
  assert.equal(brokenPrecondition({ if_none_match: etagOf(other) }, here), undefined)
})

test('a malformed if-match stops the write rather than letting it pass', () => {
  for (const header of [
    '',
    'junk',
    here,
    '"unclosed',
    `x${tag}`,
    `${tag}x`,
    `"x"${tag}`,
    `${tag} "x`,
    `*, ${tag}`,
  ]) {
    assert.ok(brokenPrecondition({ if_match: header }, here) !== undefined, header)
  }
})

test('a range is served only while if-range names the current strong tag', () => {
  assert.equal(rangeStillFits(undefined, here), true)
  assert.equal(rangeStillFits(tag, here), true)
  for (const header of [`W/${tag}`, etagOf(other), 'Tue, 15 Nov 1994 12:45:26 GMT', '*', `${tag}, "x"`]) {
    assert.equal(rangeStillFits(header, here), false, header)
  }
})

test('a long header of quotes is read in one pass', () => {
  assert.equal(isUnchanged('W/"'.repeat(1_365), here), false)
})
