import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contract, type Contract } from '../contract/contract.ts'
import { section } from '../contract/settings.ts'
import { startOrder } from './start-order.ts'

function named(name: string, uses: readonly Contract[] = []): Contract {
  return contract({
    name,
    summary: '',
    need: 'required',
    inbox: { capacity: 1, concurrency: 1 },
    config: section({}),
    state: null,
    uses: Object.fromEntries(uses.map((used) => [used.name, used])),
    oap: 1,
    operations: {},
  })
}

test('services come in waves: whoever is used before whoever uses it, strangers to each other together', () => {
  const policy = named('policy')
  const storage = named('storage')
  const index = named('index', [storage])
  const mailbox = named('mailbox', [index, policy])
  assert.deepEqual(startOrder([mailbox, index, storage, policy]), [
    ['storage', 'policy'],
    ['index'],
    ['mailbox'],
  ])
})

test('no services make no waves', () => {
  assert.deepEqual(startOrder([]), [])
})

test('a circle is refused, naming who is in it or waits for it', () => {
  const a: Contract = { ...named('a'), uses: { b: named('b') } }
  const b: Contract = { ...named('b'), uses: { a: named('a') } }
  assert.throws(() => startOrder([a, b, named('c')]), /in a circle: a, b$/)
  assert.throws(() => startOrder([{ ...named('a'), uses: { a: named('a') } }]), /in a circle: a$/)
})

test('a service that uses one outside the roster is refused, naming both', () => {
  assert.throws(() => startOrder([named('a', [named('ghost')])]), /a uses ghost, which is not in the roster/)
})

test('two services of one name are refused', () => {
  assert.throws(() => startOrder([named('a'), named('a')]), /two services in the roster are named a/)
})

test('a service used under another name is refused with the fix', () => {
  const a: Contract = { ...named('a'), uses: { store: named('b') } }
  assert.throws(() => startOrder([a, named('b')]), /a uses b as store; write uses: \{ b \}/)
})

test('for any services without a circle, each starts exactly once and after all it uses', () => {
  // Each service may use earlier ones only, then the roster is shuffled.
  const graph = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 12 })
  fc.assert(
    fc.property(graph, fc.infiniteStream(fc.nat()), (edges, order) => {
      const made: Contract[] = []
      for (const [at, uses] of edges.entries()) {
        const used = at === 0 ? [] : [...new Set(uses.map((n) => n % at))].flatMap((n) => made[n] ?? [])
        made.push(named(`s${at}`, used))
      }
      const keyed = made.map((one) => [order.next().value ?? 0, one] as const)
      const roster = keyed.sort(([a], [b]) => a - b).map(([, one]) => one)
      const waves = startOrder(roster)
      const wave = new Map(waves.flatMap((names, at) => names.map((name) => [name, at] as const)))
      assert.equal(wave.size, made.length)
      assert.equal(waves.flat().length, made.length)
      for (const { name, uses } of made) {
        for (const used of Object.keys(uses)) assert.ok((wave.get(used) ?? 99) < (wave.get(name) ?? -1))
      }
    }),
  )
})
