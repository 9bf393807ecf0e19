/** The naive twin of `sse.ts`: the whole text at once, as WHATWG HTML §9.2.6 puts it. */

export function naiveData(text: string): string[] {
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n')
  // What follows the last line end is no line yet.
  lines.pop()
  const events: string[] = []
  let data: string[] | null = null
  for (const line of lines) {
    if (line === '') {
      if (data !== null) events.push(data.join('\n'))
      data = null
      continue
    }
    const [, name, value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line) ?? []
    if (name === 'data') data = [...(data ?? []), value]
  }
  return events
}
