import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { joined, left, nextTurn, reached, waitingIn, type Lines, type Terms } from './drr.ts'
import { nextTurnByTurn } from './drr.oracle.ts'

const bounds = { ofTenantMax: 3, inAllMax: 5 }
const alike: Terms = { costOf: () => 10, weightOf: () => 1, quantum: 10 }

function waiting(counts: Readonly<Record<string, number>>): Lines {
  return Object.entries(counts).map(([tenant, waiting]) => ({ tenant, waiting, credit: 0, inTurn: false }))
}

/** Who is served, until nobody waits or so many were. */
function served(lines: Lines, terms: Terms, most: number): string[] {
  const order: string[] = []
  for (
    let next = nextTurn(lines, terms);
    next !== null && order.length < most;
    next = nextTurn(next.lines, terms)
  )
    order.push(next.tenant)
  return order
}

test('tenants take turns, however many requests one of them has', () => {
  assert.equal(served(waiting({ a: 100, b: 2, c: 1 }), alike, 6).join(''), 'abcaba')
})

test('turns go by what requests cost, not by how many there are', () => {
  const terms = { ...alike, costOf: (tenant: string) => (tenant === 'dear' ? 50 : 10) }
  const order = served(waiting({ dear: 100, cheap: 100 }), terms, 60)
  assert.equal(order.filter((tenant) => tenant === 'cheap').length, 50)
})

test('a weight of three is three times the service', () => {
  const terms = { ...alike, weightOf: (tenant: string) => (tenant === 'a' ? 3 : 1) }
  const order = served(waiting({ a: 100, b: 100 }), terms, 80)
  assert.equal(order.filter((tenant) => tenant === 'a').length, 60)
})

test('a request that costs a thousand turns is served in the same call', () => {
  const terms = { ...alike, costOf: () => 100_000 }
  assert.equal(nextTurn(waiting({ a: 1, b: 1 }), terms)?.tenant, 'a')
})

test('a tenant has so many waiting, and all together have so many', () => {
  let lines: Lines = []
  for (const tenant of ['a', 'a', 'a', 'b', 'b']) {
    assert.equal(reached(lines, tenant, bounds), null)
    lines = joined(lines, tenant)
  }
  assert.equal(reached(waiting({ a: 3 }), 'a', bounds), 'tenant')
  assert.equal(reached(waiting({ a: 3 }), 'b', bounds), null)
  assert.equal(reached(lines, 'c', bounds), 'all')
})

test('who gives up leaves its line, and the last one takes the line along', () => {
  assert.equal(waitingIn(left(waiting({ a: 2, b: 1 }), 'a')), 2)
  assert.deepEqual(left(waiting({ a: 2, b: 1 }), 'b'), waiting({ a: 2 }))
  assert.deepEqual(left(waiting({ a: 2 }), 'c'), waiting({ a: 2 }))
})

test('it serves whom going from line to line turn by turn would serve', () => {
  const line = fc.record({
    waiting: fc.integer({ min: 1, max: 5 }),
    cost: fc.integer({ min: 1, max: 2_000 }),
    weight: fc.integer({ min: 1, max: 4 }),
  })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), fc.integer({ min: 1, max: 300 }), (all, quantum) => {
      const of = (tenant: string) => all[Number(tenant)]
      const terms = {
        quantum,
        costOf: (tenant: string) => of(tenant)?.cost ?? 1,
        weightOf: (tenant: string) => of(tenant)?.weight ?? 1,
      }
      let lines = waiting(Object.fromEntries(all.map(({ waiting }, at) => [String(at), waiting])))
      for (let left = waitingIn(lines); left > 0; left--) {
        const next = nextTurn(lines, terms)
        assert.deepEqual(next, nextTurnByTurn(lines, terms))
        lines = next?.lines ?? []
        assert.equal(waitingIn(lines), left - 1)
      }
      assert.equal(nextTurn(lines, terms), null)
    }),
  )
})
