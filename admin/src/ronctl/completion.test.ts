import assert from 'node:assert/strict'
import { test } from 'node:test'
import { candidates } from './completion.ts'
import { commandTable } from './program.ts'

const program = commandTable()
const words = (line: string) =>
  candidates(program, line.split(' '), { contexts: ['prod', 'staging'] }).map(({ word }) => word)

test('what may come is what the table has there', () => {
  assert.deepEqual(words('con'), ['config', 'context'])
  assert.deepEqual(words('context '), ['add', 'use', 'remove', 'show', 'list'])
  assert.deepEqual(words('service kill storage --how '), ['throw', 'exit', 'oom', 'hang'])
  assert.deepEqual(words('service kill storage --how=h'), ['--how=hang'])
  assert.deepEqual(words('service restart --gr'), ['--grace'])
  assert.deepEqual(words('tail events re'), ['requests'])
  assert.deepEqual(words('completion '), ['bash', 'zsh', 'fish'])
  assert.deepEqual(words('cap att'), ['attenuate'])
})

test('contexts are known by name, wherever one is meant', () => {
  assert.deepEqual(words('status --context '), ['prod', 'staging'])
  assert.deepEqual(words('status --context=pr'), ['--context=prod'])
  assert.deepEqual(words('--context st'), ['staging'])
  assert.deepEqual(words('--context prod stat'), ['status'])
  assert.deepEqual(words('context use '), ['prod', 'staging'])
  assert.deepEqual(words('context add '), [])
})

test('every command and every option of the table is offered, and nothing else', () => {
  const visit = (command: typeof program, path: readonly string[]) => {
    for (const sub of command.commands) {
      assert(words([...path, sub.name()].join(' ')).includes(sub.name()), [...path, sub.name()].join(' '))
      const own = sub.options.map(({ long }) => long)
      const offered = words([...path, sub.name(), '--'].join(' '))
      assert.deepEqual(offered.toSorted(), [...new Set([...own, '--context', '--help'])].toSorted())
      visit(sub, [...path, sub.name()])
    }
  }
  visit(program, [])
})

test('where a file or a word of one’s own belongs nothing is offered', () => {
  for (const line of ['config apply ', 'token attenuate ', 'status --admin ', 'config sign x --key '])
    assert.deepEqual(words(line), [], line)
})
