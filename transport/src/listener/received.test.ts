import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Received } from './received.ts'
import type { RequestHead } from './listener.ts'

const shown: RequestHead = {
  method: 'GET',
  path: '/a',
  query: 'b=c',
  headers: [
    ['host', 'node'],
    ['x', ''],
  ],
}
const sound = 'GET /a?b=c HTTP/1.1\r\nhost: node\r\nx:\r\n\r\n'

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

/** A request whose method lies there in these bytes, and is written over as the library does. */
function requestAt(bytes: Uint8Array, start: number, method = shown.method) {
  const at = bytes.subarray(start, start + method.length)
  return {
    getMethod() {
      for (const [i, byte] of at.entries()) at[i] = byte | 32
      return method.toLowerCase()
    },
  }
}

/** How a head ends that is received as this text. */
function endOf(text: string, head = shown) {
  const bytes = bytesOf(text)
  return new Received(bytes).headEnd(requestAt(bytes, 0, head.method), head)
}

test('a head whose shown fields are followed by an empty line is whole, however they are written', () => {
  assert.equal(endOf(sound), 'whole')
  assert.equal(endOf(sound.replace('host: node', 'host:\t node \t')), 'whole')
  assert.equal(endOf(sound.replace('x:', 'x: ')), 'whole')
  assert.equal(endOf(`${sound}and more`), 'whole')
  assert.equal(endOf(sound.replace('?b=c', ''), { ...shown, query: '' }), 'whole')
})

test('a field without a name behind those that are shown is seen', () => {
  for (const hidden of [':', ': a', ':a\r\ncontent-length: 5']) {
    assert.equal(endOf(sound.replace('x:', `x:\r\n${hidden}`)), 'nameless', hidden)
  }
})

test('what is shown and does not lie there is unseen', () => {
  for (const other of [
    sound.replace('/a', '/ab'),
    sound.replace('host', 'hosts'),
    sound.replace('node', 'nodes'),
    sound.replace('node', 'nod\xc3\xa9'),
    sound.replace('x:', 'y'),
    sound.slice(0, -1),
    sound.replace('GET', 'PUT'),
    '',
  ])
    assert.equal(endOf(other), 'unseen', JSON.stringify(other))
  const named: RequestHead = { ...shown, method: 'get' }
  assert.equal(endOf(sound.replace('GET', 'get'), named), 'unseen', 'small letters are not written over')
})

test('a head that lies elsewhere is unseen, also where the same bytes lie here', () => {
  const [here, elsewhere] = [bytesOf(sound), bytesOf(sound)]
  assert.equal(new Received(here).headEnd(requestAt(elsewhere, 0), shown), 'unseen')
})

test('a head right behind one that was whole is seen, and further on none', () => {
  const bytes = bytesOf(sound + sound + sound.replace('x:', 'x:\r\n:') + sound)
  const received = new Received(bytes)
  const starts = [0, 1, 2].map((nth) => nth * sound.length)
  const ends = starts.map((start) => received.headEnd(requestAt(bytes, start), shown))
  assert.deepEqual(ends, ['whole', 'whole', 'nameless'])
  assert.equal(received.headEnd(requestAt(bytes, bytes.length - sound.length), shown), 'unseen')
})
