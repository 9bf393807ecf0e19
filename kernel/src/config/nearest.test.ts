import assert from 'node:assert/strict'
import test from 'node:test'
import { didYouMean, nearest } from './nearest.ts'

const keys = ['limits.max_conns', 'limits.max_body_bytes', 'timeouts.read', 'tls.enabled']

test('a mistyped name leads to the closest one', () => {
  assert.equal(nearest('limits.max_con', keys), 'limits.max_conns')
  assert.equal(nearest('limit.max_conns', keys), 'limits.max_conns')
  assert.equal(nearest('LIMITS.MAX_CONNS', keys), 'limits.max_conns')
  assert.equal(nearest('timeouts.raed', keys), 'timeouts.read')
})

test('a right name in the wrong section, or in none, leads to the right section', () => {
  assert.equal(nearest('node.enabled', keys), 'tls.enabled')
  assert.equal(nearest('max_body_bytes', keys), 'limits.max_body_bytes')
})

test('a name like none of them leads nowhere', () => {
  assert.equal(nearest('colour_scheme', keys), null)
  assert.equal(nearest('', keys), null)
  assert.equal(nearest('x', []), null)
  assert.equal(nearest(`limits.max_conns${'s'.repeat(100)}`, keys), null)
})

test('an exact name is its own nearest', () => {
  for (const key of keys) assert.equal(nearest(key, keys), key)
})

test('the suggestion is the end of a sentence, or nothing', () => {
  assert.equal(didYouMean('tls.enable', keys), '; did you mean tls.enabled?')
  assert.equal(didYouMean('colour_scheme', keys), '')
})
