import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overSockets, socketBase } from './socket-address.ts'

test('an address of a socket is an absolute path without a colon', () => {
  assert.equal(socketBase('unix:/run/a.sock'), 'unix:/run/a.sock:')
  assert.equal(socketBase('unix:/run/a.sock:'), 'unix:/run/a.sock:')
  for (const other of ['unix:', 'unix:/', 'unix:a.sock', 'unix:/a:/b', '/run/a.sock', 'http://a', ''])
    assert.equal(socketBase(other), null, other)
})

test('what goes to no socket goes as it did', async () => {
  const asked: string[] = []
  const fetch = overSockets(async (url) => {
    asked.push(url)
    return new Response()
  })
  for (const url of ['http://unix:/x', 'https://a/unix:/b:/c']) await fetch(url, {})
  assert.deepEqual(asked, ['http://unix:/x', 'https://a/unix:/b:/c'])
  await assert.rejects(fetch('unix:/none/there.sock:/readyz', {}), TypeError)
})
