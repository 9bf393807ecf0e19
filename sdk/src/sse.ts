/** Server-sent events (WHATWG HTML §9.2) from a byte stream: the data of each. Their names, and comments, say nothing more. */

import { ProtocolError } from './error.ts'

/** Most one event may hold before it ends. */
const eventCharsMax = 4 * 1024 * 1024

export async function* serverSentData(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const lines = new Lines()
  let data: string[] = []
  let chars = 0
  for await (const chunk of stream) {
    for (const line of lines.push(decoder.decode(chunk, { stream: true }))) {
      chars += line.length
      const value = dataOf(line)
      if (value !== null) data.push(value)
      if (line !== '') continue
      if (data.length > 0) yield data.join('\n')
      data = []
      chars = 0
    }
    if (chars + lines.partialChars > eventCharsMax) {
      throw new ProtocolError(`an event is longer than ${eventCharsMax} characters`)
    }
  }
}

/** `data:value`, `data: value`, or the name alone; null for a line that is no data. */
function dataOf(line: string): string | null {
  if (line === 'data') return ''
  if (!line.startsWith('data:')) return null
  return line.slice(line.startsWith('data: ') ? 6 : 5)
}

/** Lines end with LF, CR, or both, and a chunk may end between the two. */
class Lines {
  #partial = ''
  #afterReturn = false

  get partialChars(): number {
    return this.#partial.length
  }

  *push(text: string): Generator<string> {
    const from = this.#afterReturn && text.startsWith('\n') ? 1 : 0
    if (text !== '') this.#afterReturn = text.endsWith('\r')
    const [first = '', ...more] = text.slice(from).split(/\r\n|\n|\r/)
    this.#partial += first
    for (const piece of more) {
      yield this.#partial
      this.#partial = piece
    }
  }
}
