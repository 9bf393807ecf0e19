/** What the driver alone can do for a push: whoever connects is told what any of them sends. */

import { App, us_socket_local_port } from 'uWebSockets.js'

const topic = 'all'

const app = App()
app
  .ws('/*', {
    idleTimeout: 0,
    open: (socket) => void socket.subscribe(topic),
    message: (_socket, message, isBinary) => void app.publish(topic, message, isBinary),
  })
  .listen('127.0.0.1', 0, (socket) => {
    if (socket === false) throw new Error('no port for the bare server')
    const url = `http://127.0.0.1:${us_socket_local_port(socket)}`
    process.stdout.write(`${JSON.stringify({ event: 'ready', url, admin: url, token: '' })}\n`)
  })
