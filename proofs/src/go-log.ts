/** Verifies logs with Go's golang.org/x/mod/sumdb, by `foreign/verify_log.go`, which is built once for a test file. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { need, runFile } from './programs.ts'
import { scratchFolder } from './scratch.ts'

/** What Go found; see `foreign/verify_log.go`. */
export interface FoundByGo {
  readonly origin: string
  readonly size: number
  readonly records: number
  readonly since: number
  readonly files: readonly string[]
  readonly cosigner: string
  readonly cosigned: string
}

export interface ToVerify {
  readonly key: string
  /** URL or folder. */
  readonly log: string
  /** File with an older checkpoint. */
  readonly since?: string
  /** Name of a key that signs the checkpoint too. */
  readonly cosign?: string
}

const source = fileURLToPath(new URL('../src/foreign/verify_log.go', import.meta.url))
/** Where Debian's golang-golang-x-mod-dev puts it. Nothing is fetched. */
const gopath = '/usr/share/gocode'
let built: Promise<string> | null = null

/** Rejects with what Go says is wrong. */
export async function verifiedByGo({ key, log, since = '', cosign = '' }: ToVerify): Promise<FoundByGo> {
  built ??= build()
  const args = ['-key', key, '-log', log, '-since', since, '-cosign', cosign]
  const { exitCode, output } = await runFile(await built, args)
  if (exitCode !== 0) throw new Error(`Go refuses: ${output}`)
  return JSON.parse(output)
}

async function build(): Promise<string> {
  const path = join(scratchFolder(), 'verify_log')
  const go = need('go')
  if (!existsSync(`${gopath}/src/golang.org/x/mod/sumdb/tlog`))
    throw new Error('golang.org/x/mod is not installed; install the Debian package golang-golang-x-mod-dev')
  const ours = { GOPATH: gopath, GO111MODULE: 'off', GOCACHE: join(scratchFolder(), 'go'), CGO_ENABLED: '0' }
  const { exitCode, output } = await runFile(go, ['build', '-o', path, source], {
    env: { ...process.env, ...ours },
  })
  if (exitCode !== 0) throw new Error(`the verifier in Go is not built: ${output}`)
  return path
}
