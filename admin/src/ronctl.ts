#!/usr/bin/env node
/** The operator's command. Everything it does is in `ronctl/`; this file hands it the process. */

import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { disk } from './ronctl/disk.ts'
import { ronctl } from './ronctl/run.ts'
import { runScript } from './ronctl/script.ts'
import { overSockets } from './ronctl/socket-address.ts'
import { terminal } from './ronctl/terminal.ts'

const inputBytesMax = 64 * 1024

const own: { readonly version: string } = JSON.parse(
  new TextDecoder().decode(
    (await disk.read(fileURLToPath(new URL('../package.json', import.meta.url)))) ?? undefined,
  ),
)

const { exitCode, stdout, stderr } = await ronctl(process.argv.slice(2), {
  environment: process.env,
  readInput,
  fetch: overSockets(globalThis.fetch),
  files: disk,
  chance: (length) => randomBytes(length),
  now: () => new Date().getTime(),
  steadyMs: () => Number(process.hrtime.bigint()) / 1e6,
  live: () => terminal(process.stdout),
  version: own.version,
  runScript,
})
// A reader that has seen enough, such as head, closes the pipe.
process.stdout.on('error', () => undefined)
if (stdout !== '') process.stdout.write(stdout)
if (stderr !== '') process.stderr.write(stderr)
process.exitCode = exitCode

/** A token is small; what is longer is cut, and then is no token. */
async function readInput(): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    chunks.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes > inputBytesMax) break
  }
  return Buffer.concat(chunks).toString()
}
