import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { readSecretFile, readTextFile } from './files.ts'

function inFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'files-'))
  try {
    work(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a small text file is read, without its byte order mark', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, 'a'), '\uFEFFtype = "é"\n')
    assert.deepEqual(readTextFile(join(folder, 'a')), { ok: true, text: 'type = "é"\n' })
    writeFileSync(join(folder, 'empty'), '')
    assert.deepEqual(readTextFile(join(folder, 'empty')), { ok: true, text: '' })
  })
})

test('a file is read up to its cap, and one byte more refuses it', () => {
  inFolder((folder) => {
    const path = join(folder, 'a')
    writeFileSync(path, 'x'.repeat(100))
    assert.deepEqual(readTextFile(path, 100), { ok: true, text: 'x'.repeat(100) })
    assert.deepEqual(readTextFile(path, 99), { ok: false, because: 'is larger than 99 bytes' })
    writeFileSync(path, 'x'.repeat(1024 * 1024 + 1))
    assert.deepEqual(readTextFile(path), { ok: false, because: 'is larger than 1048576 bytes' })
  })
})

test('what is not a readable text file is refused with the reason', () => {
  inFolder((folder) => {
    assert.deepEqual(readTextFile(join(folder, 'none')), { ok: false, because: 'does not exist' })
    assert.deepEqual(readTextFile(folder), { ok: false, because: 'is not a regular file' })
    assert.deepEqual(readTextFile('/dev/zero'), { ok: false, because: 'is not a regular file' })
    assert.deepEqual(readTextFile('a\0b'), { ok: false, because: 'cannot be read (ERR_INVALID_ARG_VALUE)' })
    writeFileSync(join(folder, 'binary'), new Uint8Array([0xff, 0xfe, 0x00]))
    assert.deepEqual(readTextFile(join(folder, 'binary')), { ok: false, because: 'is not UTF-8 text' })
    assert.deepEqual(readTextFile(join(folder, 'binary', 'below')), { ok: false, because: 'does not exist' })
  })
})

test('a file this user may not read says so', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, 'a'), 'x')
    chmodSync(join(folder, 'a'), 0)
    const answer = unprivileged(() => readTextFile(join(folder, 'a')))
    assert.deepEqual(answer, { ok: false, because: 'may not be read by this user' })
  })
})

/** Root may read everything, so for the length of the work it is nobody. */
function unprivileged<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(65_534)
  try {
    return work()
  } finally {
    process.seteuid?.(0)
  }
}

test('a secret is read when it is its owner’s alone, and refused with what mends it when it is not', () => {
  inFolder((folder) => {
    const path = join(folder, 'key')
    writeFileSync(path, 'secret\n')
    for (const mode of [0o600, 0o400]) {
      chmodSync(path, mode)
      assert.deepEqual(
        readSecretFile(path),
        { ok: true, bytes: new TextEncoder().encode('secret\n') },
        mode.toString(8),
      )
    }
    for (const mode of [0o640, 0o604, 0o660, 0o602, 0o644, 0o610]) {
      chmodSync(path, mode)
      const because = `is open to others than its owner; chmod 600 "${path}"`
      assert.deepEqual(readSecretFile(path), { ok: false, because }, mode.toString(8))
    }
    assert.deepEqual(readSecretFile(join(folder, 'none')), { ok: false, because: 'does not exist' })
  })
})
