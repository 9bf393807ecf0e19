import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { checkpointText, parseCheckpoint } from './checkpoint.ts'
import { TlogError } from './error.ts'
import { emptyRoot, hashText } from './hash.ts'
import { keyFromSeed, noteSigner, openNote, parseVerifierKey, verifierKey } from './note.ts'

const seed = (byte: number) => new Uint8Array(32).fill(byte)
const signer = noteSigner('example.com/log', keyFromSeed(seed(1)))
const keys = [signer.key]
const fails = (says: RegExp) => (thrown: unknown) => thrown instanceof TlogError && says.test(thrown.message)

/** A tree head that the checksum database of Go signed, with its key; nothing of either was made here. */
const goSum = {
  key: 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8',
  note:
    'go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n' +
    '— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n',
}

test('a checkpoint of another log, signed by other software, is opened with its key', () => {
  const { origin, size, root } = parseCheckpoint(openNote(goSum.note, [parseVerifierKey(goSum.key)]))
  assert.deepEqual([origin, size], ['go.sum database tree', 20_852_163])
  assert.equal(hashText(root), 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=')
})

test('a private key gives the verifier key that other software gives it', () => {
  const [, , , ...encoded] =
    'PRIVATE+KEY+Test-Betty+df84580a+Afge8kCzBXU7jb3cV2Q363oNXCufJ6u9mjOY1BGRY9E2'.split('+')
  const bytes = Buffer.from(encoded.slice(1).join('+'), 'base64')
  assert.equal(
    verifierKey(noteSigner('Test-Betty', keyFromSeed(bytes.subarray(1))).key),
    'Test-Betty+df84580a+AQQASqPUZoIHcJAF5mBOryctwFdTV1E0GRY4kEAtTzwB',
  )
})

test('a verifier key is read as what it was written for', () => {
  assert.deepEqual(verifierKey(parseVerifierKey(verifierKey(signer.key))), verifierKey(signer.key))
  assert.deepEqual(verifierKey(parseVerifierKey(goSum.key)), goSum.key)
})

test('a verifier key with a part changed is refused', () => {
  const key = verifierKey(signer.key)
  assert.throws(() => parseVerifierKey(key.replace('example', 'exemple')), fails(/does not have the id/))
  assert.throws(
    () => parseVerifierKey(key.replace(/\+(.)/, (_, digit) => `+${digit === '0' ? 1 : 0}`)),
    TlogError,
  )
  assert.throws(() => parseVerifierKey(key.slice(0, -4)), fails(/name\+id\+base64/))
  assert.throws(() => parseVerifierKey('sum.golang.org'), TlogError)
})

test('what was signed is read back, and nothing else is', () => {
  const text = 'one\n\ntwo – and three\n'
  const note = signer.sign(text)
  assert.equal(openNote(note, keys), text)
  assert.throws(() => openNote(note.replace('two', 'twe'), keys), fails(/does not fit/))
  assert.throws(() => openNote(note.replace('\n\n— ', '\n— '), keys), TlogError)
  assert.throws(() => openNote(note.replace('two', 't\u0007wo'), keys), fails(/no signed note/))
  assert.throws(() => openNote(text, keys), TlogError)
  assert.throws(() => openNote(note.slice(0, -1), keys), TlogError)
  assert.throws(() => openNote(note.replace(/=\n$/, '\n'), keys), fails(/signature line/))
  assert.throws(() => openNote('', keys), TlogError)
})

test('a note is as good as the keys it is opened with', () => {
  const other = noteSigner('example.com/log', keyFromSeed(seed(2)))
  const note = signer.sign('text\n')
  assert.throws(() => openNote(note, [other.key]), fails(/not signed by example.com\/log/))
  assert.throws(() => openNote(note, []), TlogError)
  const both = note + (other.sign('text\n').split('\n\n')[1] ?? '')
  assert.equal(openNote(both, keys), 'text\n')
  assert.equal(openNote(both, [other.key]), 'text\n')
  const forged = note + (other.sign('other\n').split('\n\n')[1] ?? '')
  assert.equal(openNote(forged, keys), 'text\n')
  assert.throws(() => openNote(forged, [signer.key, other.key]), fails(/does not fit/))
})

test('a note that is too long or signed too often is refused', () => {
  assert.throws(() => openNote(signer.sign(`${'x'.repeat(70_000)}\n`), keys), fails(/at most/))
  const [, line = ''] = signer.sign('text\n').split('\n\n')
  assert.equal(openNote(`text\n\n${line.repeat(64)}`, keys), 'text\n')
  assert.throws(() => openNote(`text\n\n${line.repeat(65)}`, keys), fails(/more than 64/))
})

test('a name with a space or a plus names no key, and only Ed25519 signs', () => {
  for (const name of ['', 'a b', 'a+b', 'a\u00a0b', 'a\nb', 'x'.repeat(201)]) {
    assert.throws(() => noteSigner(name, keyFromSeed(seed(1))), fails(/cannot be named/), name)
  }
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  assert.throws(() => noteSigner('example.com', privateKey), fails(/no private Ed25519 key/))
  assert.throws(() => noteSigner('example.com', publicKey), fails(/no private Ed25519 key/))
})

test('a checkpoint is three lines, and what others add below is theirs', () => {
  const checkpoint = { origin: 'example.com/log', size: 3, root: emptyRoot }
  const text = checkpointText(checkpoint)
  assert.equal(text, 'example.com/log\n3\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n')
  assert.deepEqual(parseCheckpoint(text), { ...checkpoint, root: Buffer.from(emptyRoot) })
  assert.equal(parseCheckpoint(`${text}extension\n`).size, 3)
  for (const broken of [
    '',
    '\n3\nx\n',
    text.replace('\n3\n', '\n03\n'),
    text.replace('\n3\n', '\n-3\n'),
    text.replace('\n3\n', '\n9007199254740992\n'),
    text.replace('47DE', '47D'),
    text.replace('=', ''),
  ]) {
    assert.throws(() => parseCheckpoint(broken), TlogError, JSON.stringify(broken))
  }
})
