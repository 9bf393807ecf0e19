/**
 * A node under guard: what ends the whole process is survived, and told. What was asked to stop stays stopped,
 * what cannot start is not tried for ever, and no node outlives its guard.
 */

import { after, test } from 'node:test'
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { eventually, inTime } from './eventually.ts'
import { program, runCommand } from './node-process.ts'

interface Guarded {
  readonly pid: number
  readonly output: () => string
  /** URLs of the nodes that were ready, in order. */
  readonly admins: () => readonly string[]
  /** The process that is guarded now. */
  node(): number | null
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Starts a guard and waits until its node is ready. */
async function guard(): Promise<Guarded> {
  const args = [program, '--guard', '--profile', 'micro', '--json', '--set', 'log.level=error']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const { pid } = child
  assert(pid !== undefined)
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => (printed += piece.toString()))
  }
  const ended = once(child, 'exit').then(
    ([code, signal]: (number | NodeJS.Signals | null)[]) => code ?? signal ?? 'SIGKILL',
  )
  const guarded: Guarded = {
    pid,
    output: () => printed,
    admins: () => [...printed.matchAll(/"event":"ready".*?"admin":"([^"]+)"/g)].map(([, url]) => url ?? ''),
    node: () => childOf(pid),
    ended,
  }
  after(() => {
    for (const one of [childOf(pid), pid]) if (one !== null) end(one, 'SIGKILL')
  })
  await eventually('the first node', async () => guarded.admins().length === 1)
  return guarded
}

/** Its one child, from the process table. */
function childOf(parent: number): number | null {
  const found = readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && parentOf(entry) === parent)
  return found === undefined ? null : Number(found)
}

function parentOf(pid: string): number | null {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return null
  }
}

/** A process that has ended meanwhile needs no end. */
function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    return
  }
}

const alive = (pid: number) => parentOf(String(pid)) !== null

test('a node that dies by kill -9 or abort is started again, and the guard says why', async () => {
  const guarded = await guard()
  for (const [nth, signal] of (['SIGKILL', 'SIGABRT'] as const).entries()) {
    const before = guarded.node()
    assert(before !== null)
    end(before, signal)
    await eventually('the next node', async () => guarded.admins().length === nth + 2)
    assert.notEqual(guarded.node(), before)
    assert.match(guarded.output(), new RegExp(`guard: the node was ended by ${signal} after \\d+\\.\\d s`))
    const url = guarded.admins().at(-1) ?? ''
    assert.equal((await fetch(`${url}/readyz`)).status, 200)
  }
  end(guarded.pid, 'SIGTERM')
  assert.equal(await inTime('the guard to end', guarded.ended), 0)
  assert.equal(guarded.admins().length, 3, 'what was asked to stop is not started again')
})

test('a node that was told to stop is not started again, and its exit code is that of the guard', async () => {
  const guarded = await guard()
  const node = guarded.node()
  assert(node !== null)
  end(node, 'SIGTERM')
  assert.equal(await inTime('the guard to end', guarded.ended), 0)
  assert.equal(alive(node), false)
})

test('a node whose guard is gone ends too', async () => {
  const guarded = await guard()
  const node = guarded.node()
  assert(node !== null)
  end(guarded.pid, 'SIGKILL')
  assert.equal(await inTime('the guard to end', guarded.ended), 'SIGKILL')
  await eventually('the node to end', async () => !alive(node))
})

test('a node that dies again and again is given up, and the exit code says of what', async () => {
  const guarded = await guard()
  let over = false
  void guarded.ended.then(() => (over = true))
  await eventually('the guard to give up', async () => {
    const node = guarded.node()
    if (node !== null) end(node, 'SIGKILL')
    return over
  })
  assert.equal(await guarded.ended, 137)
  assert.match(guarded.output(), /guard: it was started 5 times within 60000 ms and did not last; giving up/)
})

test('a start that cannot succeed is not tried again', async () => {
  const { exitCode, stderr } = await runCommand(['--guard', '--set', 'limits.max_conns=0'])
  assert.equal(exitCode, 2)
  assert.match(stderr, /limits\.max_conns/)
  assert.doesNotMatch(stderr, /guard:/)
})
