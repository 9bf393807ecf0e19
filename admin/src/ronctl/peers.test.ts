import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linksOutcome } from './peers.ts'

const node = 'ab'.repeat(32)
const up = { peer: 'a', node, url: 'http://a:1', up: true, hops: 3, hop_p50_us: 1_500, hop_p99_us: 2_000 }
const down = { ...up, peer: 'b', up: false, because: 'nobody answers', hops: 0 }
const said = (links: readonly object[], status = 200) =>
  linksOutcome({
    status,
    text: JSON.stringify({ links, met: [{ node, at_ms: 0 }], forwards: [] }),
  })

test('every link is told with its state and why it is down, and one that is down is a no', () => {
  const well = said([up])
  assert.deepEqual([well.exitCode, said([up, down]).exitCode], [0, 1])
  assert.match(said([up, down]).text, /^ +b +down +nobody answers +http:\/\/a:1/m)
  assert.match(well.text, /^ +a +up +- +http:\/\/a:1 +(ab){32} +3 +1\.5 +2$/m)
  assert.match(well.text, new RegExp(`${node} +1970-01-01T00:00:00.000Z`))
})

test('a node that links with nobody says so, and one without the service how to have it', () => {
  const none = said([])
  assert.equal(none.exitCode, 0)
  assert.match(none.text, /none; peers\.links names them/)
  const missing = said([], 404)
  assert.equal(missing.exitCode, 1)
  assert.match(missing.text, /no service for peers; set peers\.links/)
})
