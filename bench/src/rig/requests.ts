/** Whole requests as bytes, for plans. */

export interface Site {
  readonly url: string
  /** Empty for a server that asks for none. */
  readonly token: string
}

export function httpRequest(
  { url, token }: Site,
  method: string,
  path: string,
  body: Uint8Array | null = null,
  headers: Readonly<Record<string, string>> = {},
): Uint8Array {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: ${new URL(url).host}`,
    ...(token === '' ? [] : [`authorization: Bearer ${token}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(body === null ? [] : ['content-type: application/octet-stream', `content-length: ${body.length}`]),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body ?? new Uint8Array(0)])
}

/** A command of Redis, in its binary-safe form. */
export function respCommand(...words: readonly (string | Uint8Array)[]): Uint8Array {
  const parts = words.flatMap((word) => {
    const bytes = Buffer.from(word)
    return [Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')]
  })
  return Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...parts])
}

/** Where an URL leads, as a plan wants it. */
export function endpoint(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port) }
}
