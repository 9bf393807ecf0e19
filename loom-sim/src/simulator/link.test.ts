import { portSuite } from '@ron/kernel/port/port.suite'
import { seeded } from '../seeded.ts'
import { link } from './link.ts'
import { Traffic } from './traffic.ts'

portSuite('a simulated link', (capacity) => {
  const traffic = new Traffic()
  const random = seeded(capacity)
  const awake = () => true
  const ends = link(traffic, 'link', capacity, [awake, awake])
  // The suite waits for things to happen, so here they happen by themselves.
  const deliver = () => {
    while (traffic.deliver(random) !== null);
    if (traffic.lanes > 0) setImmediate(deliver)
  }
  setImmediate(deliver)
  return ends
})
