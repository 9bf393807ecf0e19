import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Fifo } from './fifo.ts'

test('a line gives back what it was given, in order, whatever the order of calls', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.nat(), fc.constant('shift' as const)), { maxLength: 200, size: 'max' }),
      (steps) => {
        const [line, naive] = [new Fifo<number>(), [] as number[]]
        for (const step of steps) {
          if (step === 'shift') assert.equal(line.shift(), naive.shift())
          else {
            line.push(step)
            naive.push(step)
          }
          assert.equal(line.size, naive.length)
          assert.equal(line.peek(), naive[0])
          assert.deepEqual([...line], naive)
        }
      },
    ),
  )
})
