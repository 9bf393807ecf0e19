import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PerAddress } from './per-address.ts'

/** How many of these are admitted, asked one after another. */
function admitted(
  addresses: readonly string[],
  connectionsMax: number,
  connectionsPerAddressMax = 0,
): number {
  const perAddress = new PerAddress({ connectionsMax, connectionsPerAddressMax })
  return addresses.filter((address) => perAddress.admit(address)).length
}

const often = (address: string) => Array.from({ length: 100 }, () => address)

test('one address has three quarters of the connections at most, and at least one', () => {
  assert.equal(admitted(often('192.0.2.1'), 40), 30)
  assert.equal(admitted(often('2001:db8::1'), 40), 30)
  assert.equal(admitted(often('192.0.2.1'), 1), 1)
})

test('a limit that is set holds for every address, be it of the same machine', () => {
  for (const address of ['192.0.2.1', '2001:db8::1', '127.0.0.1', '::1'])
    assert.equal(admitted(often(address), 40, 7), 7)
})

test('where none is set, the same machine may have all', () => {
  for (const address of ['127.0.0.1', '::1']) assert.equal(admitted(often(address), 40), 40)
})

test('a peer without an address counts nowhere', () => {
  assert.equal(admitted(often(''), 40, 1), 100)
})

test('IPv6 addresses count by their first 64 bits, and IPv4 addresses each for themselves', () => {
  const together = ['2001:db8:1:2::1', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff::', '2001:db8:1:2:0:1:0:1']
  assert.equal(admitted(together, 40, 1), 1)
  assert.equal(admitted(['2001:db8::1', '2001:db8::1:0:0:1', '2001:db8:0:0:1::'], 40, 1), 1)
  assert.equal(admitted(['::1', '::2', '1::', '1:0:0:1::', '2001:db8:1:3::1', '2001:db8::1'], 40, 1), 5)
  assert.equal(admitted(['192.0.2.1', '192.0.2.2', '192.0.2.1'], 40, 1), 2)
})

test('who has left makes room, once', () => {
  const perAddress = new PerAddress({ connectionsMax: 40, connectionsPerAddressMax: 2 })
  for (const admits of [true, true, false]) assert.equal(perAddress.admit('192.0.2.1'), admits)
  perAddress.closed('192.0.2.1')
  for (const admits of [true, false]) assert.equal(perAddress.admit('192.0.2.1'), admits)
})
