import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tenantRow } from './tenant-limits.ts'

const tenant = '0123456789abcdef'.repeat(2)
const everybody = {
  requestsPerSecond: 10,
  bytesPerSecond: 20,
  cpuPercent: 30,
  inFlight: 40,
  connections: 50,
  weight: 1,
}

test('a row says what is different for a tenant, and the rest is as for everybody', () => {
  assert.deepEqual(tenantRow(tenant, everybody), { tenant, limits: everybody })
  assert.deepEqual(tenantRow(` ${tenant}  cpu=5 bytes=4MiB `, everybody), {
    tenant,
    limits: { ...everybody, cpuPercent: 5, bytesPerSecond: 4 * 2 ** 20 },
  })
  assert.deepEqual(tenantRow(`${tenant} requests=0 in_flight=2 connections=3 weight=100`, everybody), {
    tenant,
    limits: { ...everybody, requestsPerSecond: 0, inFlight: 2, connections: 3, weight: 100 },
  })
})

test('a row that cannot be read is refused with what is wrong with it', () => {
  for (const [written, because] of [
    ['', /does not begin with a tenant, 32 lower-case hex digits/],
    [`${tenant.toUpperCase()} cpu=1`, /does not begin with a tenant/],
    [`${tenant} speed=1`, /"speed=1"; it takes requests, bytes, cpu, in_flight, connections, weight/],
    [`${tenant} cpu`, /"cpu"; cpu is a whole number from 0 to/],
    [`${tenant} cpu=-1`, /cpu is a whole number/],
    [`${tenant} cpu=1.5`, /cpu is a whole number/],
    [`${tenant} bytes=many`, /bytes is a whole number/],
    [`${tenant} weight=0`, /weight is a whole number from 1 to 100/],
    [`${tenant} weight=101`, /weight is a whole number from 1 to 100/],
    [`${tenant} requests=1000000001`, /requests is a whole number from 0 to 1000000000/],
  ] as const) {
    const row = tenantRow(written, everybody)
    assert.ok(typeof row === 'string', written)
    assert.match(row, because)
  }
})
