/** The other end of a measured port: a thread that answers every request at once. */

import { openPort as openMessagePort } from '@ron/kernel/port/message-port.oracle'
import { openPort as openRingPort } from '@ron/kernel/port/ring-port'
import { workerData } from 'node:worker_threads'
import { answerTo, type Birth } from './round-trips.ts'

const birth: Birth = workerData
const port = birth.kind === 'ring' ? openRingPort(birth.seed) : openMessagePort(birth.seed)
port.receive((message) => {
  if (!port.send(answerTo(message, birth.what))) throw new Error('the way back is full')
})
