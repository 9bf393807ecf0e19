/**
 * What the driver alone can do: the same bytes and the same headers as the node's answers, and what was put hashed
 * the same way; without caps, wall, threads or storage. Every ratio of the benchmark is against this process.
 */

import { addressOf } from '@ron/services/storage/address'
import { App, us_socket_local_port } from 'uWebSockets.js'
import { created, found } from './answer-headers.ts'
import { fixed } from './payload.ts'

const contents = new Map(['1k', '64k'].map((size) => [size, fixed(size)]))

App()
  .get('/objects/:size', (res, req) => {
    const body = contents.get(req.getParameter(0) ?? '')
    res.cork(() => {
      for (const [name, value] of found) res.writeHeader(name, value)
      res.end(body ?? '')
    })
  })
  .put('/*', (res) => {
    const chunks: Uint8Array[] = []
    res.onAborted(() => {})
    res.onData((chunk, last) => {
      // What is lent is good until this returns.
      chunks.push(last && chunks.length === 0 ? new Uint8Array(chunk) : new Uint8Array(chunk).slice())
      if (!last) return
      const body = Buffer.concat(chunks)
      const address = addressOf(body)
      res.cork(() => {
        res.writeStatus('201 Created')
        for (const [name, value] of created) res.writeHeader(name, value)
        res.end(`{"outcome":"created","name":"1k","address":"${address}","bytes":${body.length}}`)
      })
    })
  })
  .listen('127.0.0.1', 0, (socket) => {
    if (socket === false) throw new Error('no port for the bare server')
    const url = `http://127.0.0.1:${us_socket_local_port(socket)}`
    process.stdout.write(`${JSON.stringify({ event: 'ready', url, admin: url, token: '' })}\n`)
  })
