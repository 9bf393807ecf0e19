/** Server-sent events (WHATWG HTML §9.2) from a byte stream: the `data` of each event, comments skipped. */

/** Most one event may hold before it ends. */
const eventCharsMax = 4 * 1024 * 1024

export async function* serverSentData(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let pending = ''
  let data: string[] = []
  for await (const chunk of stream) {
    pending += decoder.decode(chunk, { stream: true })
    if (pending.length > eventCharsMax) throw new RangeError(`an event is longer than ${eventCharsMax} characters`)
    const lines = pending.split(/\r\n|\n|\r/)
    pending = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('data:')) data.push(line.slice(line.startsWith('data: ') ? 6 : 5))
      else if (line === '' && data.length > 0) {
        yield data.join('\n')
        data = []
      }
    }
  }
}
