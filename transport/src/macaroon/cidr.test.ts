import assert from 'node:assert/strict'
import { BlockList, isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { contains, formatBlock, parseAddress, parseBlock, type Block } from './cidr.ts'
import { MacaroonError } from './error.ts'

const v4 = fc.ipV4()
const v6 = fc.ipV6()

test('an address is read exactly when node reads it', () => {
  const soup = fc.string({ unit: fc.constantFrom(...'0123456789abf:.%/'.split('')), maxLength: 20 })
  fc.assert(
    fc.property(fc.oneof(v4, v6, soup), (text) => {
      assert.equal(parseAddress(text) !== null, isIP(text) !== 0 && !text.includes('%'), text)
    }),
    { numRuns: 2_000 },
  )
})

test('a block contains what node says it contains', () => {
  const near = (text: string) => fc.oneof(fc.constant(text), text.includes(':') ? v6 : v4)
  const cases = fc.oneof(
    v4.chain((text) => fc.tuple(fc.constant(text), fc.integer({ min: 0, max: 32 }), near(text))),
    v6
      .filter((text) => !isMapped(text))
      .chain((text) => fc.tuple(fc.constant(text), fc.integer({ min: 0, max: 128 }), near(text))),
  )
  fc.assert(
    fc.property(cases, ([base, prefix, peer]) => {
      if (isMapped(peer)) return
      const family = base.includes(':') ? 'ipv6' : 'ipv4'
      const list = new BlockList()
      list.addSubnet(base, prefix, family)
      const address = parseAddress(peer)
      assert.ok(address !== null)
      assert.equal(contains(blockAround(base, prefix), address), list.check(peer, family))
    }),
    { numRuns: 1_000 },
  )
})

test('a block is written so that it reads back the same', () => {
  fc.assert(
    fc.property(fc.oneof(v4, v6), fc.nat(32), (base, prefix) => {
      const block = blockAround(base, prefix)
      assert.deepEqual(parseBlock(formatBlock(block)), block)
    }),
  )
})

test('an IPv4 address mapped into IPv6 is the IPv4 address', () => {
  const block = parseBlock('10.0.0.0/8')
  for (const peer of [
    '10.1.2.3',
    '::ffff:10.1.2.3',
    '::ffff:a01:203',
    '0000:0000:0000:0000:0000:ffff:0a01:0203',
  ]) {
    const address = parseAddress(peer)
    assert.ok(address !== null && contains(block, address), peer)
  }
  assert.deepEqual(parseBlock('::ffff:10.0.0.0/104'), block)
  const everyV6 = parseBlock('::/0')
  assert.equal(contains(everyV6, parseAddress('::ffff:10.1.2.3') ?? everyV6), false)
  assert.equal(contains(everyV6, parseAddress('2001:db8::1') ?? block), true)
})

test('an address alone is a block of one', () => {
  assert.deepEqual(parseBlock('127.0.0.1'), parseBlock('127.0.0.1/32'))
  assert.deepEqual(parseBlock('::1'), parseBlock('::1/128'))
})

test('a block that could mean two things says how to write either', () => {
  const read = (text: string) => () => parseBlock(text)
  assert.throws(read('10.1.2.3/8'), {
    message: /bits beyond its prefix/,
    fix: /10\.1\.2\.3\/32 .* 10\.0\.0\.0\/8/,
  })
  for (const text of [
    '',
    '10.0.0.0/8/8',
    '10.0.0',
    '256.0.0.1',
    '010.0.0.1',
    '1::2::3',
    '1:2:3:4::5:6:7:8',
    '1:2:3:4:5:6:7',
    'fe80::1%eth0',
    'localhost',
  ]) {
    assert.throws(read(text), { name: 'MacaroonError', message: /not an address or a block/ }, text)
  }
  for (const text of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/08', '::/129', '10.0.0.0/8.0']) {
    assert.throws(read(text), { name: 'MacaroonError', message: /prefix of .* is not a number/ }, text)
  }
})

test('random text is a block or the declared error', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0129af:./%'.split('')), maxLength: 25 }), (text) => {
      try {
        parseBlock(text)
      } catch (error) {
        assert.ok(error instanceof MacaroonError)
      }
    }),
  )
})

function isMapped(text: string): boolean {
  return text.includes(':') && parseAddress(text)?.family === 4
}

/** The block of that prefix that holds the address: the error for stray host bits names it. */
function blockAround(text: string, prefix: number): Block {
  try {
    return parseBlock(`${text}/${prefix}`)
  } catch (error) {
    assert.ok(error instanceof MacaroonError)
    const [, written = ''] = /or (\S+) for the block/.exec(error.fix) ?? []
    return parseBlock(written)
  }
}
