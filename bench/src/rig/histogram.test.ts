import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SortedSamples } from './histogram.oracle.ts'
import { Histogram, valueMax } from './histogram.ts'

const durations = fc.oneof(fc.nat(300), fc.double({ min: 0, max: valueMax, noNaN: true }))
const percents = fc.constantFrom(0, 1, 50, 95, 99, 99.9, 100)

function histogramOf(samples: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const sample of samples) histogram.record(sample)
  return histogram
}

test('a percentile is never below the one of all samples, and at most 1/128 above it', () => {
  fc.assert(
    fc.property(fc.array(durations, { minLength: 1 }), percents, (samples, percent) => {
      const exact = new SortedSamples()
      for (const sample of samples) exact.record(sample)
      const [found, truth] = [histogramOf(samples).percentile(percent), exact.percentile(percent)]
      assert.ok(found >= truth, `${found} is below ${truth}`)
      assert.ok(found <= truth * (1 + 1 / 128), `${found} is too far above ${truth}`)
    }),
  )
})

test('below 256 µs a percentile is exact', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(255), { minLength: 1 }), percents, (samples, percent) => {
      const exact = new SortedSamples()
      for (const sample of samples) exact.record(sample)
      assert.equal(histogramOf(samples).percentile(percent), exact.percentile(percent))
    }),
  )
})

test('two histograms added are the histogram of all their samples', () => {
  fc.assert(
    fc.property(fc.array(durations), fc.array(durations), percents, (some, others, percent) => {
      const sum = histogramOf(some)
      sum.add(histogramOf(others))
      const all = histogramOf([...some, ...others])
      assert.deepEqual(sum.counts, all.counts)
      assert.deepEqual([sum.total, sum.percentile(percent)], [all.total, all.percentile(percent)])
    }),
  )
})

test('its counts make a histogram that knows as much, but for the place of the largest in its bucket', () => {
  fc.assert(
    fc.property(fc.array(durations, { minLength: 1 }), percents, (samples, percent) => {
      const first = histogramOf(samples)
      const second = new Histogram(first.counts)
      assert.equal(second.total, samples.length)
      assert.ok(second.percentile(percent) >= first.percentile(percent))
      assert.ok(second.percentile(percent) <= first.percentile(percent) * (1 + 1 / 128))
    }),
  )
})

test('what took longer than an hour, and what ended before it began, count as the nearest it can hold', () => {
  const histogram = histogramOf([-5, valueMax + 1000])
  assert.deepEqual([histogram.percentile(50), histogram.percentile(100)], [0, valueMax])
})

test('counters of another layout are refused', () => {
  assert.throws(() => new Histogram(new Float64Array(3)), /3 buckets/)
})

test('without samples there is no percentile', () => {
  assert.ok(Number.isNaN(new Histogram().percentile(50)))
})
