import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Names } from './names.ts'
import { NONE } from './typed.ts'

test('names are found as a map would find them, and ids in use are all different', () => {
  const step = fc.record({
    add: fc.boolean(),
    name: fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'é', '東', '\ud800'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const names = new Names(3)
      const twin = new Map<string, number>()
      for (const { add, name } of steps) {
        const known = twin.get(name)
        assert.equal(names.find(name), known ?? NONE)
        if (add && known === undefined) twin.set(name, names.add(name))
        if (add || known === undefined) continue
        names.remove(known)
        twin.delete(name)
      }
      assert.equal(names.size, twin.size)
      assert.equal(new Set(twin.values()).size, twin.size)
      for (const [name, id] of twin) {
        assert.equal(names.name(id), name)
        for (const [other, otherId] of twin) {
          if (names.key(id) !== names.key(otherId))
            assert.equal(names.key(id) < names.key(otherId), name < other)
        }
      }
    }),
  )
})

test('ids that were freed are given out again, so they stay small', () => {
  const names = new Names(3)
  for (let i = 0; i < 1000; i++) names.remove(names.add(`n${i}`))
  assert.deepEqual([names.span, names.size], [1, 0])
  assert.throws(() => names.name(0), RangeError)
})

test('names by the ten thousand are found after most of them have gone', () => {
  const names = new Names(3)
  for (let i = 0; i < 30_000; i++) names.add(`n${i}`)
  for (let i = 0; i < 30_000; i++) if (i % 10 !== 0) names.remove(i)
  for (let i = 0; i < 30_000; i++) assert.equal(names.find(`n${i}`), i % 10 === 0 ? i : NONE)
})
