import assert from 'node:assert/strict'
import test from 'node:test'
import { addressText } from './address.ts'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'))

test('four bytes are written in dots', () => {
  assert.equal(addressText(bytes('7f000001')), '127.0.0.1')
  assert.equal(addressText(bytes('ffffffff')), '255.255.255.255')
})

test('an IPv4 peer on a dual-stack socket is written like any other IPv4 peer', () => {
  assert.equal(addressText(bytes('00000000000000000000ffff7f000001')), '127.0.0.1')
})

test('IPv6 is written as RFC 5952 says', () => {
  assert.equal(addressText(bytes('00000000000000000000000000000001')), '::1')
  assert.equal(addressText(bytes('00000000000000000000000000000000')), '::')
  assert.equal(addressText(bytes('20010db8000000000000000000000001')), '2001:db8::1')
  assert.equal(addressText(bytes('20010db8000000010000000000000001')), '2001:db8:0:1::1')
  assert.equal(addressText(bytes('20010db8000000000001000000000001')), '2001:db8::1:0:0:1')
  assert.equal(addressText(bytes('20010db8000100010001000100010001')), '2001:db8:1:1:1:1:1:1')
  assert.equal(addressText(bytes('fe800000000000000000000000000000')), 'fe80::')
  assert.equal(addressText(bytes('0001000000010000000100000001000a')), '1:0:1:0:1:0:1:a')
})

test('a peer without an address has an empty one', () => {
  assert.equal(addressText(new Uint8Array(0)), '')
  assert.equal(addressText(new Uint8Array(5)), '')
})
