import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { replaceFile, removeSocket } from './durable.ts'
import { claimFolder, growingFolder } from './growing-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'ron-folder-'))
after(() => rmSync(root, { recursive: true }))
const text = (path: string) => readFileSync(join(root, path), 'utf8')

test('files are made with their folders, replaced whole, and what is not there is nothing', async () => {
  const folder = growingFolder(join(root, 'a'))
  assert.equal(await folder.read('b/c'), null)
  assert.deepEqual(await folder.list('b'), [])
  await folder.write('b/c', Buffer.from('first'))
  await folder.write('b/c', Buffer.from('2nd'))
  assert.equal(text('a/b/c'), '2nd')
  assert.deepEqual(await folder.list('b'), ['c'])
  await folder.remove('b/c')
  await folder.remove('b/c')
  assert.deepEqual(readdirSync(join(root, 'a/b')), [])
})

test('a file goes on where it is told to, whatever came after that before', async () => {
  const folder = growingFolder(join(root, 'grow'))
  await folder.append('log', 0, Buffer.from('abc'))
  await folder.append('log', 3, Buffer.from('def'))
  await folder.append('log', 4, Buffer.from('XY'))
  assert.equal(text('grow/log'), 'abcdXY')
  await folder.append('log', 2, new Uint8Array(0))
  assert.equal(text('grow/log'), 'ab')
})

test('a write that fails leaves what was there, and nothing half done', async () => {
  const folder = growingFolder(join(root, 'fails'))
  await folder.write('x/a', Buffer.from('kept'))
  await assert.rejects(folder.write('x', Buffer.from('in the way of a folder')))
  assert.equal(text('fails/x/a'), 'kept')
  assert.deepEqual(readdirSync(join(root, 'fails')), ['x'])
})

test('a folder has one owner that lives, and one that does not makes room', () => {
  const path = join(root, 'owned')
  const leave = claimFolder(path)
  assert.equal(text('owned/owner'), `${process.pid}\n`)
  writeFileSync(join(path, 'owner'), '1\n')
  assert.throws(
    () => claimFolder(path),
    /belongs to process 1, which runs; stop it, or name a folder of its own/,
  )
  for (const gone of ['999999999\n', 'nonsense', '']) {
    writeFileSync(join(path, 'owner'), gone)
    claimFolder(path)
  }
  leave()
  assert.deepEqual(readdirSync(path), [])
})

test('a secret is replaced in one step and stays its own, and no other file is taken for a socket', () => {
  const path = join(root, 'secret')
  replaceFile(path, Buffer.from('one'))
  writeFileSync(`${path}.next`, 'half of what another process wrote')
  replaceFile(path, Buffer.from('two'))
  assert.equal(text('secret'), 'two')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.throws(() => removeSocket(path), /is no socket; name another path, or remove it/)
  removeSocket(join(root, 'none'))
})
