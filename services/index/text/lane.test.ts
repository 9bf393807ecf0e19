import assert from 'node:assert/strict'
import { test } from 'node:test'
import { burdens, scaleOf, unitsOf } from './bm25.ts'
import { END } from './cursor.ts'
import { Lane } from './lane.ts'
import { PostingLists } from './posting-lists.ts'
import { posting } from './postings.ts'
import { Window } from './window.ts'

const scale = scaleOf(1)
const norms = burdens(10)
const score = (times: number, length: number) => unitsOf(posting(0, times, length), scale, norms)

/** Postings at 10, 300 and 301. */
function lane(): Lane {
  const lists = new PostingLists()
  const list = lists.begin(0, 10, 3, 10)
  lists.add(list, 300, 1, 10)
  lists.add(list, 301, 2, 5)
  return new Lane(lists.open(list), 3, scale, norms)
}

test('a bound holds up to the slot before its end, and is nothing where there are no postings', () => {
  const it = lane()
  assert.equal(it.boundBelow(10), 0)
  assert.ok(it.boundBelow(11) >= score(3, 10) && it.boundBelow(11) <= it.ceiling)
  it.seek(11)
  assert.equal(it.boundBelow(300), 0)
  assert.ok(it.boundBelow(301) >= score(1, 10))
  it.seek(302)
  assert.deepEqual([it.slot, it.boundBelow(END)], [END, 0])
})

test('what a lane gathers in a window is what it scores slot by slot, and the window is left empty', () => {
  const window = new Window()
  const [gathering, looking] = [lane(), lane()]
  window.moveTo(45, 256)
  gathering.seek(45)
  gathering.gather(window, 4)
  assert.equal(gathering.slot, 301)
  const visited: [number, number, number][] = []
  assert.equal(
    window.drain(0, (...slot) => visited.push(slot)),
    1,
  )
  assert.deepEqual(visited, [[300, score(1, 10), 4]])
  assert.deepEqual(
    [looking.unitsAt(299), looking.unitsAt(300), looking.unitsAt(301)],
    [0, score(1, 10), score(2, 5)],
  )
  assert.equal(
    window.drain(0, () => assert.fail('there is nothing left')),
    0,
  )
})
