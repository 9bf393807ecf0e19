#!/usr/bin/env node
/** The operator's command. Everything it does is in `ronctl/`; this file hands it the process. */

import { disk } from './ronctl/disk.ts'
import { ronctl } from './ronctl/run.ts'

const inputBytesMax = 64 * 1024

const { exitCode, stdout, stderr } = await ronctl(process.argv.slice(2), {
  environment: process.env,
  readInput,
  fetch: globalThis.fetch,
  files: disk,
  now: () => new Date().getTime(),
})
// A reader that has seen enough, such as head, closes the pipe.
process.stdout.on('error', () => undefined)
process.stdout.write(stdout)
process.stderr.write(stderr)
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
