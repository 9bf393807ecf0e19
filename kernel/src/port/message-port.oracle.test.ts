import { openPort, portPair } from './message-port.oracle.ts'
import { portSuite } from './port.suite.ts'

portSuite('MessagePort', (capacity) => {
  const [left, right] = portPair(capacity)
  return [openPort(left), openPort(right)]
})
