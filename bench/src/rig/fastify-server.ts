/** Fastify that serves the same bytes under the same headers as the node, from a Map. */

import { createRequire } from 'node:module'
import { found } from '../answer-headers.ts'
import { fixed } from '../payload.ts'

/** As much of it as is used: it is installed beside the project, by `npm run peers`. */
interface Fastify {
  get(path: string, handler: (request: Request, reply: Reply) => void): void
  listen(at: { readonly host: string; readonly port: number }): Promise<string>
}
interface Request {
  readonly params: { readonly size: string }
}
interface Reply {
  headers(values: Readonly<Record<string, string>>): Reply
  send(body: Uint8Array | string): Reply
}

const require = createRequire(new URL('../../peers/package.json', import.meta.url))
const newFastify: () => Fastify = require('fastify')

const contents = new Map(['1k', '64k'].map((size) => [size, Buffer.from(fixed(size))]))
const headers = Object.fromEntries(found)

const server = newFastify()
server.get('/objects/:size', ({ params }, reply) => {
  reply.headers(headers).send(contents.get(params.size) ?? '')
})
const url = await server.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${JSON.stringify({ event: 'ready', url, admin: url, token: '' })}\n`)
