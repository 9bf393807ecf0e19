/**
 * Completion of `ronctl` in the shells themselves, each as a person would have it: bash, zsh at a terminal with the tab
 * key pressed, and fish. All ask the same table that the command line is parsed and its help is printed by.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import assert from 'node:assert/strict'
import { runProgram, type Program } from './programs.ts'
import { ronctl, ronctlPath } from './ronctl.ts'
import { scratchFolder } from './scratch.ts'

const [folder, bin] = [scratchFolder(), join(scratchFolder(), 'bin')]
mkdirSync(bin, { recursive: true })
writeFileSync(join(bin, 'ronctl'), `#!/bin/sh\nexec "${process.execPath}" "${ronctlPath}" "$@"\n`, {
  mode: 0o755,
})
const env = { XDG_CONFIG_HOME: folder }
const added = await ronctl(['context', 'add', 'prod-eu', '--admin', '127.0.0.1:9090'], { env })
assert.equal(added.code, 0, added.stderr)
const setUp = (assign: (name: string, value: string) => string) =>
  [assign('PATH', `${bin}:${process.env['PATH'] ?? ''}`), assign('XDG_CONFIG_HOME', folder)].join('\n')

async function ran(shell: Program, args: readonly string[]): Promise<string> {
  const { exitCode, output } = await runProgram(shell, args)
  assert.equal(exitCode, 0, output)
  return output
}

/** What stands for each of these lines, with the cursor at its end. */
const lines = {
  command: 'ronctl ser',
  sub: 'ronctl service ',
  choice: 'ronctl service kill x --how h',
  context: 'ronctl status --context ',
  file: `ronctl config apply ${folder}/b`,
} as const

test('bash completes commands, options, choices and contexts as the table has them', async () => {
  const complete = async (line: string) => {
    const words = line.split(' ')
    const script = `
      ${setUp((name, value) => `export ${name}='${value}'`)}
      eval "$(ronctl completion bash)"
      COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
      _ronctl
      printf '%s\\n' "\${COMPREPLY[@]}"
      complete -p ronctl`
    const said = (await ran('bash', ['--norc', '-c', script])).trim().split('\n')
    assert.match(said.pop() ?? '', /-F _ronctl ronctl/)
    return said.filter(Boolean)
  }
  assert.deepEqual(await complete(lines.command), ['service'])
  assert.deepEqual(await complete(lines.sub), ['restart', 'kill'])
  assert.deepEqual(await complete(lines.choice), ['hang'])
  assert.deepEqual(await complete(lines.context), ['prod-eu'])
  assert.deepEqual(await complete(lines.file), [], 'bash goes on to files by itself')
})

test('fish completes the same, with what each word means, and files where nothing else stands', async () => {
  const complete = async (line: string) => {
    const script = `
      ${setUp((name, value) => `set -gx ${name} ${value.replaceAll(':', ' ')}`)}
      ronctl completion fish | source
      complete -C '${line}'`
    return (await ran('fish', ['--no-config', '-c', script])).trim().split('\n')
  }
  const [service, ...others] = await complete(lines.command)
  assert.match(service ?? '', /^service\trestart a service/)
  assert.deepEqual(others, [])
  assert.deepEqual(
    (await complete(lines.sub)).map((line) => line.split('\t')[0]),
    ['kill', 'restart'],
  )
  assert.match((await complete(lines.choice)).join('\n'), /^hang\t[^\n]*$/)
  assert.match((await complete(lines.context)).join('\n'), /^prod-eu\t[^\n]*$/)
  assert.match((await complete(lines.file)).join('\n'), /\/bin\/?(\t[^\n]*)?$/)
})

test('zsh completes the same at a terminal, when the tab key is pressed', async () => {
  // A shell in a terminal of its own. After the tab another key says what the line has become, and empties it.
  // What is typed is echoed, so it must not read like what is waited for.
  const script = `
    ${setUp((name, value) => `export ${name}='${value}'`)}
    zmodload zsh/zpty
    zpty shell 'zsh -f -i'
    zpty -w shell 'PS1="> "; autoload -Uz compinit; compinit -u -D; eval "$(ronctl completion zsh)"'
    zpty -w shell 'show() { print -r -- "LI""NE=[$BUFFER]"; zle kill-buffer }; zle -N show; bindkey "^X" show'
    zpty -w shell 'print REA''DY'
    zpty -r -m shell out '*READY*'
    for line in "$@"; do
      zpty -n -w shell "$line"$'\\t'
      zpty -n -w shell $'\\x18'
      zpty -r -m shell out '*LINE=\\[*\\]*'
      print -r -- "$out"
    done
    zpty -d shell`
  const said = await ran('zsh', ['-f', '-c', script, 'zsh', ...Object.values(lines)])
  const became = [...said.matchAll(/LINE=\[(.*?)\]/g)].map(([, line]) => line?.trimEnd())
  assert.deepEqual(became, [
    'ronctl service',
    'ronctl service',
    'ronctl service kill x --how hang',
    'ronctl status --context prod-eu',
    `ronctl config apply ${folder}/bin/`,
  ])
  // Where there are several, all are shown with what they mean.
  assert.match(said, /kill +-- make the thread of a service fall/)
  assert.match(said, /restart +-- have a service go on in a new thread/)
})
