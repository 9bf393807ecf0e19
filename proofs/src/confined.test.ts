/**
 * Where the runtime can deny a process writes, a node under amnesia runs so: under guard, and by itself where it can be
 * started anew in its own place, by Node or, when amnesia is asked for by name, by libc. It serves all the same, and `/version` says whether it is so.
 */

import { test } from 'node:test'
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { asker } from './http.ts'
import { startNode, type NodeOptions, type NodeProcess } from './node-process.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

/** Node by itself, since 22.15 and 23.11. */
const startsItselfAnew = typeof Reflect.get(process, 'execve') === 'function'

interface Version {
  readonly amnesia: boolean
  readonly writes_denied: boolean
}

async function version(node: NodeProcess): Promise<Version> {
  return (await asker({ url: node.admin, token: node.token })('GET /version')).json<Version>()
}

/** As where no binary of it is installed. */
const withoutKoffi = `import { register } from 'node:module'
  const hook = "export const resolve = (name, context, next) => name === 'koffi'" +
    " ? { url: 'data:text/javascript,throw new Error()', shortCircuit: true } : next(name, context)"
  register('data:text/javascript,' + encodeURIComponent(hook))
  `

/** A module that comes before the node's own and tries to write a file, in each of its processes. */
function tried(
  name: string,
  options: NodeOptions,
  before = '',
): readonly [options: NodeOptions, written: string] {
  const written = join(scratchFolder(), `${name}.written`)
  const module = scratchFile(
    `${name}.mjs`,
    `${before}import { writeFileSync } from 'node:fs'
     const says = process.permission === undefined ? 'unconfined' : 'confined'
     try { if (says === 'confined') { writeFileSync(${JSON.stringify(written)}, 'x'); console.error('tried: written') } }
     catch (error) { console.error('tried: ' + error.code) }`,
  )
  return [{ ...options, env: { NODE_OPTIONS: `--import=file://${module}` } }, written]
}

for (const [name, args, denied] of [
  ['under-guard', ['--guard'], true],
  ['alone', [], startsItselfAnew],
  ['asked-for-by-name', ['--set', 'node.amnesia=true'], true],
  ['asked-for-by-name-without-koffi', ['--set', 'node.amnesia=true'], startsItselfAnew],
  ['with-disk', ['--guard', '--set', 'node.amnesia=false'], false],
] as const) {
  test(`a node ${name.replaceAll('-', ' ')} is denied writes: ${denied}`, async () => {
    const [options, written] = tried(name, { args }, name.endsWith('koffi') ? withoutKoffi : '')
    const node = await startNode(options)
    const { amnesia, writes_denied: says } = await version(node)
    assert.deepEqual([amnesia, says], [name !== 'with-disk', denied])
    assert.equal(/tried: ERR_ACCESS_DENIED/.test(node.output()), denied)
    assert.doesNotMatch(node.output(), /tried: written|SecurityWarning|ExperimentalWarning/)
    assert.equal(existsSync(written), false)

    const ask = asker(node)
    assert.equal((await ask('PUT /objects/here', { body: 'x' })).status, 201)
    assert.equal((await ask('GET /objects/here')).text, 'x')
    node.signal('SIGTERM')
    assert.equal(await node.ended(), 0)
  })
}

test('a node that is given a descriptor is started once, for that can be read once', async () => {
  const node = await startNode({ args: ['--guard'], env: { SECRET_FROM: '/dev/fd/3' } })
  assert.equal((await version(node)).writes_denied, false)
})
