/** What the README tells a user to paste does what it says, against a node that runs now. */

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'node:test'
import { startNode } from './node-process.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(`${root}/README.md`, 'utf8')
const node = await startNode()
const env = { PATH: process.env['PATH'], RON_URL: node.url, RON_CAP: node.token }

test('the shell lines under "Use it" work, one after the other', async () => {
  const lines = block('sh', 'curl -X PUT')
    .replace(/^export .*$/m, '')
    .replaceAll('curl ', 'curl -fsS ')
  const { stdout } = await run('bash', ['-euc', lines], { cwd: root, env })
  for (const expected of [
    'hello',
    '"node":"bob"',
    '"results":[{"id":"1"',
    '"payload_b64":"aGk="',
    '"text":"hi"',
  ]) {
    assert.ok(stdout.includes(expected), `${expected} is missing from\n${stdout}`)
  }
})

test('the TypeScript lines work', async () => {
  const lines = block('ts', 'new SDK(').replace('http://127.0.0.1:8080', node.url)
  const path = fileURLToPath(new URL('./readme-example.mjs', import.meta.url))
  writeFileSync(path, `${lines}\nconsole.log(JSON.stringify({ feed, results }))\n`)
  try {
    const { stdout } = await run(process.execPath, [path], { env })
    const { feed, results } = JSON.parse(stdout)
    assert.deepEqual(feed, { user: 'alice', items: [] })
    assert.ok(Array.isArray(results))
  } finally {
    rmSync(path)
  }
})

test('the lines under "Capabilities" make a narrower token, which the node takes for what it covers', async () => {
  const lines = block('sh', 'token attenuate')
  const { stdout } = await run('bash', ['-euc', lines], { cwd: root, env })
  const [token = ''] = stdout.split('\n')
  const ask = (method: string, path: string) =>
    fetch(node.url + path, { method, headers: { authorization: `Bearer ${token}` } })
  assert.equal((await ask('GET', '/objects/public/none')).status, 404)
  assert.equal((await ask('GET', '/objects/private')).status, 403)
  assert.equal((await ask('DELETE', '/objects/public/none')).status, 403)
})

test('every file the README links to exists, and every heading in it', () => {
  for (const [, link = ''] of readme.matchAll(/\]\(([^)]+)\)/g)) {
    if (link.startsWith('http')) continue
    const [path = '', anchor] = link.split('#')
    const text = readFileSync(`${root}/${path}`, 'utf8')
    const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))
    assert.ok(text.length > 0 && (anchor === undefined || anchors.includes(anchor)), link)
  }
})

/** As GitHub makes them. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')
}

/** The first block of that language that holds some text. */
function block(language: string, holding: string): string {
  const blocks = [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))]
  const found = blocks.map(([, text = '']) => text).find((text) => text.includes(holding))
  assert.ok(found !== undefined, `no ${language} block with ${holding}`)
  return found
}
