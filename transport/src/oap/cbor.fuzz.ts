/** The CBOR of fields: what is accepted encodes to the same bytes, and the naive twin accepts it too. */

import assert from 'node:assert/strict'
import { Refusal } from '@ron/kernel/contract/refusals'
import { orDeclared } from '@ron/kernel/system/declared.fixture'
import { equalBytes, fromHex, toHex } from './bytes.ts'
import { decodeFields, depthMax, encodeFields } from './cbor.ts'
import { isDeterministicMap } from './cbor.oracle.ts'

export const seeds: readonly Uint8Array[] = [
  encodeFields({}),
  encodeFields({ name: 'a/b', limit: 10, deep: { list: [1, -1, 1.5, null, true, 'text'] } }),
  encodeFields({ long: 'x'.repeat(300), many: Array.from({ length: 30 }, (_, at) => at * 1_000_003) }),
  encodeFields({ ключ: '値', emoji: '🎈' }),
  fromHex('a2616201616102'),
  fromHex('a1616181818181f97e00'),
]

/** cborg drops a byte order mark, so there the twin cannot judge. */
const byteOrderMark = 'efbbbf'

export function run(input: Uint8Array): void {
  const fields = orDeclared(
    () => decodeFields(input),
    (thrown) => thrown instanceof Refusal && thrown.code === 'BadRequest',
  )
  if (fields !== null)
    assert.ok(equalBytes(encodeFields(fields), input), 'another encoding of the same fields')
  if (toHex(input).includes(byteOrderMark)) return
  assert.equal(fields !== null, isDeterministicMap(input, depthMax))
}
