import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  asksForInspector,
  confinedFlags,
  namesDescriptor,
  startedConfined,
  writesDenied,
} from './confinement.ts'

test('each version has its own flag, and the paths that may be written are named', () => {
  assert.equal(confinedFlags('20.20.2')[0], '--experimental-permission')
  assert.equal(confinedFlags('22.13.0')[0], '--permission')
  assert.deepEqual(
    confinedFlags('24.1.0', ['/run/a.sock']).filter((flag) => flag.startsWith('--allow-fs')),
    ['--allow-fs-read=*', '--allow-fs-write=/run/a.sock'],
  )
})

test('this process was not confined', () => {
  assert.deepEqual([writesDenied(), startedConfined()], [false, false])
})

test('an inspector is asked for on the command line or in the environment', () => {
  assert(asksForInspector(['--inspect-brk'], ''))
  assert(asksForInspector([], '--import=x --inspect=127.0.0.1:0'))
  assert(!asksForInspector(['--permission'], '--import=/x/--inspect'))
})

test('a descriptor is told from a path', () => {
  for (const value of ['/dev/fd/63', '--config=/dev/stdin', 'keys.unseal=/proc/self/fd/3', 'a /proc/12/fd/4'])
    assert(namesDescriptor(value), value)
  for (const value of ['/etc/ron.toml', '/home/dev/fd/x', '/dev/stdinner', 'node.bind=127.0.0.1:0'])
    assert(!namesDescriptor(value), value)
})
