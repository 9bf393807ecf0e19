import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Names } from './names.ts'

test('a name is found with its number until it is removed, as in a Map', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '東', '𐐨'), maxLength: 4 })
  const step = fc.tuple(name, fc.boolean())
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300, size: 'max' }), fc.nat(), (steps, seed) => {
      const held: string[] = []
      const names = new Names(seed, (number) => held[number] ?? '')
      const twin = new Map<string, number>()
      for (const [name, isPut] of steps) {
        assert.equal(names.find(name), twin.get(name))
        if (!isPut) {
          names.delete(name)
          twin.delete(name)
        } else if (!twin.has(name)) {
          names.add(name, held.length)
          twin.set(name, held.length)
          held.push(name)
        }
      }
      assert.equal(names.size, twin.size)
      for (const [name] of steps) assert.equal(names.find(name), twin.get(name))
    }),
  )
})

test('very many names are all found, and none that is not there', () => {
  const names = new Names(1, (number) => `name ${number}`)
  for (let number = 0; number < 50_000; number++) names.add(`name ${number}`, number)
  for (let number = 0; number < 50_000; number += 2) names.delete(`name ${number}`)
  for (let number = 0; number < 50_001; number++) {
    assert.equal(names.find(`name ${number}`), number % 2 === 0 || number > 49_999 ? undefined : number)
  }
  assert.equal(names.size, 25_000)
})
