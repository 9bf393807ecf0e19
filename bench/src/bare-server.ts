/**
 * What the driver alone can do: the same bytes and the same headers as the node's answers, without caps, wall,
 * threads or storage. Every ratio of the benchmark is against this process.
 */

import { App, us_socket_local_port } from 'uWebSockets.js'
import { address, created, found } from './answer-headers.ts'
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
    let bytes = 0
    res.onAborted(() => {})
    res.onData((chunk, last) => {
      bytes += chunk.byteLength
      if (!last) return
      res.cork(() => {
        res.writeStatus('201 Created')
        for (const [name, value] of created) res.writeHeader(name, value)
        res.end(`{"outcome":"created","name":"1k","address":"${address}","bytes":${bytes}}`)
      })
    })
  })
  .listen('127.0.0.1', 0, (socket) => {
    if (socket === false) throw new Error('no port for the bare server')
    const url = `http://127.0.0.1:${us_socket_local_port(socket)}`
    process.stdout.write(`${JSON.stringify({ event: 'ready', url, admin: url, token: '' })}\n`)
  })
