import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Budget } from '../budget.ts'
import { Tenants } from '../tenants.ts'
import { InvertedIndex } from './inverted-index.ts'
import { BYTES_PER_TURN, readSome, Rereading } from './rereading.ts'
import type { TextIndex } from './text-index.ts'

/** Documents of two tenants, three turns' worth each. */
function restored() {
  const budget = (things: string) => new Budget(things, 1e7, `raise ${things}`)
  const [docs, textBytes, words] = [budget('docs'), budget('textBytes'), budget('words')]
  const texts = new Tenants<TextIndex>(() => new InvertedIndex({ docs, textBytes, words }, 1))
  const body = 'word '.repeat(BYTES_PER_TURN / 5 / 4)
  for (const tenant of ['a', 'b']) {
    for (let i = 0; i < 12; i++) {
      texts.use(tenant, (text) => text.put({ id: `d${i}`, fields: { body }, tags: [] }))
    }
  }
  return { texts, words }
}

test('documents are read turn by turn, and whoever needs their words is refused until all are', async () => {
  const { texts, words } = restored()
  const rereading = new Rereading(texts)
  const expected = [20, 16, 12, 8, 4]
  await rereading.run(async () => {
    const message = new RegExp(`reads its documents again, ${expected.shift()} to go`)
    assert.throws(() => rereading.ensureDone(), { code: 'Unavailable', message })
    assert.equal(rereading.done, false)
  })
  assert.deepEqual([rereading.done, expected, words.used], [true, [], 2])
  rereading.ensureDone()
})

test('a thread that waits to take over reads them turn by turn, and then nothing is left to read', () => {
  const { texts, words } = restored()
  let turns = 1
  while (readSome(texts)) turns++
  assert.deepEqual([turns, words.used], [6, 2])
  const rereading = new Rereading(texts)
  void rereading.run(() => assert.fail('there is nothing to wait for'))
  rereading.ensureDone()
})

test('documents that go while others are read are not waited for', async () => {
  const { texts } = restored()
  const rereading = new Rereading(texts)
  await rereading.run(async () => texts.clear())
  rereading.ensureDone()
})

test('an index that begins empty waits for nothing', () => {
  const rereading = new Rereading(new Tenants<TextIndex>(() => assert.fail('nobody has documents')))
  void rereading.run(() => assert.fail('there is nothing to wait for'))
  rereading.ensureDone()
})
