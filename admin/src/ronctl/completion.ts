/**
 * What may stand where the cursor is, read off the same table that the command line is parsed and its help is printed by,
 * and the scripts by which shells ask for it. Pure.
 */

import type { Command, Option } from 'commander'

interface Candidate {
  readonly word: string
  readonly says: string
}

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** What is known beside the table. */
interface Known {
  readonly contexts: readonly string[]
}

/** `words` are those after `ronctl`; the last is the one under the cursor, empty for one that is not begun. Nothing means a file. */
export function candidates(program: Command, words: readonly string[], known: Known): readonly Candidate[] {
  const begun = words.at(-1) ?? ''
  const { command, position, valueOf } = walked(program, words.slice(0, -1))
  const [name = '', value] = begun.startsWith('--') ? begun.split(/=(.*)/s) : []
  if (value !== undefined) {
    const option = optionOf(program, command, name)
    const values = option === undefined ? [] : valuesOf(option, known)
    return values
      .filter(({ word }) => word.startsWith(value))
      .map(({ word, says }) => ({ word: `${name}=${word}`, says }))
  }
  const all = valueOf === null ? wordsAt(program, command, position, begun, known) : valuesOf(valueOf, known)
  return all.filter(({ word }) => word.startsWith(begun))
}

/** As the scripts below read it. */
export function candidateLines(found: readonly Candidate[]): string {
  return found.map(({ word, says }) => `${word}\t${says}`).join('\n')
}

interface Walked {
  readonly command: Command
  /** Arguments of it that stand there already. */
  readonly position: number
  /** The option whose value comes next; null when it is anything else. */
  readonly valueOf: Option | null
}

function walked(program: Command, words: readonly string[]): Walked {
  let [command, position]: [Command, number] = [program, 0]
  let valueOf: Option | null = null
  for (const word of words) {
    if (valueOf !== null) valueOf = null
    else if (word.startsWith('-') && word !== '-') {
      const option = optionOf(program, command, word)
      valueOf = option !== undefined && takesValue(option) ? option : null
    } else {
      const sub = command.commands.find((one) => one.name() === word || one.aliases().includes(word))
      if (sub === undefined) position++
      else [command, position] = [sub, 0]
    }
  }
  return { command, position, valueOf }
}

function wordsAt(
  program: Command,
  command: Command,
  position: number,
  begun: string,
  known: Known,
): readonly Candidate[] {
  if (begun.startsWith('-')) {
    return [...command.options, ...(command === program ? [] : program.options), helpOption].map(
      (option) => ({
        word: option.long ?? option.short ?? '',
        says: option.description,
      }),
    )
  }
  if (command.commands.length > 0 && position === 0) {
    return command.commands.map((sub) => ({ word: sub.name(), says: sub.description() }))
  }
  const { registeredArguments: declared } = command
  const last = declared.at(-1)
  const argument = declared[position] ?? (last?.variadic === true ? last : undefined)
  if (command.parent?.name() === 'context' && argument?.name() === 'name' && command.name() !== 'add')
    return contextWords(known)
  return (argument?.argChoices ?? []).map((word) => ({ word, says: argument?.description ?? '' }))
}

const helpOption = { long: '--help', short: '-h', description: 'show this help' }

function optionOf(program: Command, command: Command, word: string): Option | undefined {
  return [...command.options, ...program.options].find(({ long, short }) => long === word || short === word)
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional
}

function valuesOf(option: Option, known: Known): readonly Candidate[] {
  if (option.long === '--context') return contextWords(known)
  return (option.argChoices ?? []).map((word) => ({ word, says: option.description }))
}

function contextWords({ contexts }: Known): readonly Candidate[] {
  return contexts.map((word) => ({ word, says: 'a context' }))
}

export function script(shell: Shell): string {
  return scripts[shell].trim()
}

/** Each asks `ronctl complete`, so none knows a command. */
const scripts: Readonly<Record<Shell, string>> = {
  bash: `
_ronctl() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [ -n "$line" ] && COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _ronctl ronctl
`,
  zsh: `
#compdef ronctl
_ronctl() {
  local line
  local -a described
  for line in "\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n "$line" ]] && described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( \${#described} )); then _describe ronctl described; else _files; fi
}
compdef _ronctl ronctl
`,
  fish: `
function __ronctl_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found ($words[1] complete -- $words[2..-1] 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c ronctl -f -a '(__ronctl_complete)'
`,
}
