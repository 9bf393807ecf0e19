/** Configuration files: any text is a configuration that prints and reads back as itself, or a bounded list of problems. */

import assert from 'node:assert/strict'
import { printToml } from './print.ts'
import { problemsMax, problemsText } from './problems.ts'
import { read } from './reading.fixture.ts'

export const seeds: readonly Uint8Array[] = [
  '[limits]\nmax_conns = 7\nmax_body_bytes = "512KiB"\n',
  '[timeouts]\nread = "250ms"\n[zk-verify]\nmotto = "a \\"quoted\\" \\\\ word # ="\nbatch_max = 0x10\n',
  '[node]\nbind_addr = "[::1]:0"\nunknown = [1, { a = 1979-05-27 }]\n',
  "limits.max_conns = 1_0\n[storage]\nbytes_max = '''1GiB'''\n",
].map((text) => Buffer.from(text))

export function run(input: Uint8Array): void {
  const loaded = read({ toml: Buffer.from(input).toString() })
  if (!loaded.ok) {
    assert.ok(
      loaded.problems.length > 0 && loaded.problems.length <= problemsMax + 10,
      'problems without an end',
    )
    assert.ok(loaded.problems.every(({ message }) => message !== '' && message.length < 1_000))
    assert.notEqual(problemsText('micronode', loaded.problems), '')
    return
  }
  const again = read({ toml: printToml(loaded) })
  assert.ok(again.ok, 'what was printed is refused')
  assert.deepEqual(again.config, loaded.config)
}
