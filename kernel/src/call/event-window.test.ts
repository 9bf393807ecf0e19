import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventWindow, placesToReturn } from './event-window.ts'

test('places are returned by the half window', () => {
  assert.equal(placesToReturn(eventWindow / 2 - 1, eventWindow), 0)
  assert.equal(placesToReturn(eventWindow / 2, eventWindow), eventWindow / 2)
})

test('once everything is consumed, the service has a place left', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.nat(500), (window, events) => {
      let [credit, consumed] = [window, 0]
      for (let event = 0; event < events; event++) {
        assert.ok(credit > 0)
        credit--
        consumed++
        const places = placesToReturn(consumed, window)
        if (places > 0) [credit, consumed] = [credit + places, 0]
        assert.equal(credit + consumed, window)
      }
    }),
  )
})
