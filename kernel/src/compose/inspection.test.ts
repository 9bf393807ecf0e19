import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backlogProbe } from './inspection.ts'

test('a machine that holds few connections is told so, and one that does not tell is left alone', async () => {
  const probe = (text: string | null) =>
    backlogProbe(() => (text === null ? { ok: false, because: 'does not exist' } : { ok: true, text })).look()
  assert.equal(await probe('4096\n'), 'net.core.somaxconn is 4096')
  await assert.rejects(probe('128\n'), /somaxconn is 128, at least 512/)
  assert.match(await probe(null), /does not tell/)
  assert.match(await probe('many'), /does not tell/)
})
