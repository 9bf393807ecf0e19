import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import test from 'node:test'

const write = (lines: number) => `
  import { standardOutput } from ${JSON.stringify(import.meta.resolve('./stdout.js'))}
  const sink = standardOutput()
  for (let line = 0; line < ${lines}; line += 1) sink.write(line + '\\n')
`

test('lines are written in order, the last one too', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${write(20_000)}; process.exit(0)`])
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await once(child, 'close')
  assert.equal(text, Array.from({ length: 20_000 }, (_, line) => `${line}\n`).join(''))
})

test('a reader that goes away does not end the process', async () => {
  const child = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `${write(20_000)}; console.error('alive')`,
  ])
  child.stdout.destroy()
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const [code] = await once(child, 'close')
  assert.deepEqual([code, text], [0, 'alive\n'])
})

test('a reader that stalls holds nobody up: what it leaves no room for is dropped and counted', async () => {
  const flood = `
    ${write(0)}
    const line = 'x'.repeat(1_000) + '\\n'
    for (let lines = 0; lines < 20_000; lines += 1) sink.write(line)
    console.error(sink.dropped > 0 ? 'dropped' : 'kept')
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', flood])
  child.stdout.pause()
  const [said] = await once(child.stderr.setEncoding('utf8'), 'data')
  assert.equal(said, 'dropped\n')
  child.stdout.resume()
  await once(child, 'close')
})
