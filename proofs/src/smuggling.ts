/**
 * Requests that two readers could take apart differently (RFC 9112 §6.3, §11.2), as bytes. What follows one of them on its
 * connection is what somebody tries to smuggle.
 */

export interface Shape {
  readonly name: string
  /** Up to where one reader would see the end of the request, and another would not. */
  readonly bytes: string
}

/** `fields` are header lines that every request needs, each with its line end. */
export function smugglingShapes(fields: string): readonly Shape[] {
  const post = (...lines: readonly string[]) =>
    `POST /o HTTP/1.1\r\n${fields}${lines.map((line) => `${line}\r\n`).join('')}\r\n`
  const chunked = post('Transfer-Encoding: chunked')
  const heads = [
    'Content-Length: 5\r\nContent-Length: 6',
    'Content-Length: 0\r\nContent-Length: 200',
    'Content-Length: 5\r\nContent-Length: 5',
    'Content-Length: 5\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r\nContent-Length: 5',
    'Transfer-Encoding: xchunked',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
    'Transfer-Encoding: gzip, chunked',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: identity',
    'Transfer-Encoding:\x0bchunked',
    'Transfer-Encoding: "chunked"',
    'Transfer-Encoding: chunked\x00',
    'Transfer-Encoding : chunked',
    'Transfer_Encoding: chunked\r\nContent-Length : 5',
    'Content-Length: +5',
    'Content-Length: 0x5',
    'Content-Length: -1',
    'Content-Length: 5, 5',
    'Content-Length: 5 5',
    'Content-Length: 5.0',
    'Content-Length: 1_0',
    'Content-Length: 5\x00',
    'Content-Length: 99999999999999999999999',
    'Content-Length:',
    'X: a\r\n Content-Length: 5',
    'X: a\r\n\tTransfer-Encoding: chunked',
    'X: a\nTransfer-Encoding: chunked',
    'X: a\rTransfer-Encoding: chunked',
    '\x00: a',
    ': a',
    ': a\r\nContent-Length: 5',
    'Content-Length: 5\r\n: a\r\nTransfer-Encoding: chunked',
    'no colon',
    'Host: another',
  ]
  const chunks = ['0x5\r\nhello', '+5\r\nhello', '-5\r\nhello', '5_\r\nhello', 'g\r\nhello', '\r\nhello']
  const sizes = [
    'fffffffffffffffff',
    '8000000000000000',
    '7fffffffffffffff',
    '00000000000000000000000000000005',
  ]
  return [
    ...heads.map((lines) => ({ name: JSON.stringify(lines), bytes: post(lines) })),
    ...chunks.map((body) => ({
      name: `a chunk ${JSON.stringify(body)}`,
      bytes: `${chunked}${body}\r\n0\r\n\r\n`,
    })),
    ...sizes.map((size) => ({ name: `a chunk of ${size}`, bytes: `${chunked}${size}\r\n` })),
    { name: 'a chunk that is longer than it says', bytes: `${chunked}2\r\nhello\r\n0\r\n\r\n` },
    { name: 'chunks whose lines end in bare line feeds', bytes: `${chunked}5\nhello\n0\n\n` },
    { name: 'a chunk extension without an end', bytes: `${chunked}5;${'x'.repeat(20_000)}` },
    { name: 'a trailer without an end', bytes: `${chunked}0\r\nX: ${'y'.repeat(20_000)}` },
    { name: 'white space before the request line', bytes: ` ${post('Content-Length: 0')}` },
    {
      name: 'white space before the first header',
      bytes: `POST /o HTTP/1.1\r\n ${fields}Content-Length: 0\r\n\r\n`,
    },
    {
      name: 'a head whose lines end in bare line feeds',
      bytes: post('Content-Length: 0').replaceAll('\r\n', '\n'),
    },
  ]
}

/** Request lines and first lines that are none, which a reader refuses or reads as the one thing they can mean. */
export function oddLines(fields: string): readonly Shape[] {
  const post = `POST /o HTTP/1.1\r\n${fields}Content-Length: 0\r\n\r\n`
  return [
    { name: 'a version that is none', bytes: post.replace('HTTP/1.1', 'HTTP/1.10') },
    { name: 'a version that is another', bytes: post.replace('HTTP/1.1', 'HTTP/3.0') },
    { name: 'no version', bytes: 'GET /objects\r\n\r\n' },
    { name: 'two spaces in the request line', bytes: post.replace(' /o ', '  /o ') },
    { name: 'a tab in the request line', bytes: post.replace(' /o ', '\t/o ') },
    { name: 'no host', bytes: post.replace(/Host: .*\r\n/, '') },
  ]
}
