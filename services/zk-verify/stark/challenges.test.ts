import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Challenges } from './challenges.ts'
import { isBase } from './extension.ts'
import { order } from './field.ts'
import { domainSize, queries } from './parameters.ts'

const words = ['root', 'event', 'context', 'trace', 'quotient', 'values', 'first', 'second', 'final', 'nonce']

/** What is drawn at each step of a whole conversation, as texts. */
function drawn(said: readonly string[]): readonly string[] {
  const [root, event, context, trace, quotient, values, first, second, final, nonce] = said.map((word) =>
    Buffer.from(word),
  )
  const none = Buffer.alloc(0)
  const challenges = new Challenges([root ?? none, event ?? none, context ?? none])
  const steps = [
    challenges.afterTrace(trace ?? none)(),
    challenges.afterQuotient(quotient ?? none)(),
    challenges.afterValues(values ?? none)(),
    challenges.afterFold(first ?? none)(),
    challenges.afterFold(second ?? none)(),
  ]
  challenges.afterFinal(final ?? none)
  return [...steps, challenges.afterNonce(nonce ?? none)].map((step) => JSON.stringify(step))
}

test('whatever is said changes everything that is drawn after it, and nothing before', () => {
  const usual = drawn(words)
  for (const [at, word] of words.entries()) {
    const changed = drawn(words.map((one, i) => (i === at ? `${word}!` : one)))
    // The three inputs come before the first draw, and the final coefficients before the last one.
    const first = at < 3 ? 0 : Math.min(at - 3, 5)
    for (const [step, text] of changed.entries()) {
      const message = `${word}, step ${step}`
      if (step < first) assert.equal(text, usual[step], message)
      else assert.notEqual(text, usual[step], message)
    }
  }
})

test('what is drawn is in the field, z is outside of the base field, and queries are in the domain', () => {
  const challenges = new Challenges([])
  const weights = challenges.afterTrace(Buffer.from('trace'))()
  assert.ok(weights.flat().every((element) => element >= 0 && element < order))
  assert.equal(new Set(weights.flat()).size, weights.flat().length)
  assert.equal(isBase(challenges.afterQuotient(Buffer.from('quotient'))()), false)
  const indexes = challenges.afterNonce(Buffer.from('nonce'))
  assert.equal(indexes.length, queries)
  assert.ok(indexes.every((index) => Number.isInteger(index) && index >= 0 && index < domainSize))
  assert.ok(indexes.some((index) => index > domainSize / 2))
})

test('a nonce is ground where the hash begins with so many zeros, about one in two to that power', () => {
  const challenges = new Challenges([])
  const count = (bits: number) =>
    Array.from({ length: 4_096 }, (_, at) =>
      challenges.isGround(Uint8Array.of(at & 255, at >> 8, 0, 0), bits),
    ).filter((is) => is).length
  assert.equal(count(0), 4_096)
  const some = count(4)
  assert.ok(some > 180 && some < 340, `${some}`)
})
