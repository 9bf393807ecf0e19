/** A JSON log line as columns for a person at a terminal: time, level, service, message, the other fields. */

const HIDDEN: ReadonlySet<string> = new Set(['ts', 'level', 'service', 'msg', 'amnesia'])

/** `12:30:01.250 info  storage    stored status=201`. Text that could steer a terminal arrives escaped. */
export function prettyLine(line: string): string {
  const parsed: unknown = JSON.parse(line)
  if (typeof parsed !== 'object' || parsed === null) return line
  const members = new Map<string, unknown>(Object.entries(parsed))
  const word = (name: string): string => {
    const value = members.get(name)
    return typeof value === 'string' ? value : ''
  }
  const rest = [...members]
    .filter(([name]) => !HIDDEN.has(name))
    .map(([name, value]) => ` ${plain(name)}=${shown(value)}`)
  const head = [word('ts').slice(11, 23), word('level').padEnd(5), plain(word('service')).padEnd(10)]
  return `${head.join(' ')} ${plain(word('msg'))}${rest.join('')}\n`
}

function shown(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return plain(value)
  return plain(JSON.stringify(value))
}

/** Control and format characters become visible: one log line stays one line, in its own colour and direction. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
  })
}
