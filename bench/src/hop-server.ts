/**
 * One HTTP answer given in two ways: on the main thread, and by a service in its own thread, reached as the
 * node reaches its services. What the process used of the processors is there to be read, so the difference
 * of the two is what the hop costs.
 */

import { noLedger } from '@ron/kernel/fairness/no-ledger.fixture'
import { Bus } from '@ron/kernel/bus/bus'
import { contract, type Caller } from '@ron/kernel/contract/contract'
import type { Log } from '@ron/kernel/ports/log'
import { echo } from '@ron/kernel/supervisor/fixtures/contract'
import { newOrders } from '@ron/kernel/supervisor/fixtures/orders'
import { Services } from '@ron/kernel/supervisor/services'
import { supervision } from '@ron/kernel/supervisor/supervise'
import { systemClock } from '@ron/kernel/system/clock'
import { systemRandom } from '@ron/kernel/system/random'
import { WorkerThread } from '@ron/kernel/thread/thread'
import { App, us_socket_local_port, type HttpResponse } from 'uWebSockets.js'

const caller: Caller = { subject: 'bench', tenant: '0'.repeat(32), traceId: '0'.repeat(32) }
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

const services = new Services({
  makeThread: (birth, observer) => new WorkerThread(birth, observer),
  // With the inbox of the storage service.
  contracts: [contract({ ...echo, inbox: { capacity: 1024, concurrency: 64 } })],
  modules: {
    hostUrl: import.meta.resolve('@ron/kernel/thread/host'),
    serviceUrl: (name) => import.meta.resolve(`@ron/kernel/supervisor/fixtures/${name}`),
  },
  config: { echo: { orders: newOrders(), stops: newOrders() } },
  heapBytesMax: 256 * 2 ** 20,
  supervision,
  clock: systemClock,
  random: systemRandom,
  bus: new Bus({ lagged() {}, failed() {} }),
  meter: { answered() {} },
  log: () => silent,
  ledger: noLedger,
})
await services.start()

App()
  .get('/objects/main', (res) => answer(res, { word: 'hello' }))
  .get('/objects/hop', (res) => {
    let aborted = false
    res.onAborted(() => (aborted = true))
    void services.call('echo', 'echo', { word: 'hello' }, null, { caller }).then(({ fields }) => {
      if (!aborted) answer(res, fields)
    })
  })
  .get('/cpu', (res) => answer(res, process.cpuUsage()))
  .listen('127.0.0.1', 0, (socket) => {
    if (socket === false) throw new Error('no port for the server with a hop')
    const url = `http://127.0.0.1:${us_socket_local_port(socket)}`
    process.stdout.write(`${JSON.stringify({ event: 'ready', url, admin: url, token: '' })}\n`)
  })

function answer(res: HttpResponse, value: object): void {
  res.cork(() => res.writeHeader('content-type', 'application/json').end(JSON.stringify(value)))
}
