// @ts-check
/**
 * `node scripts/circuits.mjs [CIRCUIT …]`, after the build: makes the development keys of the circuits anew, from the
 * seeds that stand in `services/zk-verify/proving/publish.ts`. It takes a minute or two for each. With `--check` it
 * writes nothing and fails where a file differs from what it would write.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { publish, samples } from '@ron/services/zk-verify/proving/publish'
import { publishInclusion } from '@ron/services/zk-verify/proving/stark/publish'
import { format } from 'prettier'
import { main, root } from './lib/run.mjs'

/** The one circuit that needs no setup. */
const inclusion = 'audit-inclusion-stark'

const seededKey = `/**
 * Made by \`node scripts/circuits.mjs\` from a seed that everybody can read, so whoever likes can prove anything under
 * this key. It is for development; docs/ZK.md says what a key for production needs.
 */`
const noKey = `/**
 * Made by \`node scripts/circuits.mjs\`. The key is the parameters of the proof system, which nobody has a secret of;
 * the proof is for the self-test.
 */`

await main(
  async () => {
    const { values, positionals } = parseArgs({
      options: { check: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const style = JSON.parse(readFileSync(join(root, '.prettierrc.json'), 'utf8'))
    const all = [...Object.keys(samples), inclusion]
    for (const id of positionals.length === 0 ? all : positionals) {
      if (id !== inclusion && !isCircuit(id)) throw new Error(`no circuit ${id}; there are ${all.join(', ')}`)
      const path = join(root, `services/zk-verify/circuits/${id}.published.ts`)
      const source = isCircuit(id) ? published(seededKey, publish(id)) : published(noKey, publishInclusion())
      const text = await format(source, { ...style, parser: 'typescript' })
      if (!values.check) writeFileSync(path, text)
      else if (readFileSync(path, 'utf8') !== text)
        throw new Error(`${path}: stale; run node scripts/circuits.mjs ${id}`)
    }
  },
  { arguments: 'read' },
)

/** @param {string} id @returns {id is keyof typeof samples} */
function isCircuit(id) {
  return Object.hasOwn(samples, id)
}

/** @param {string} remark @param {{ key: string, proof: string, inputs: readonly string[] }} what */
function published(remark, { key, proof, inputs }) {
  return `${remark}

import type { Published } from './circuit.ts'

export const published: Published = ${JSON.stringify({ key, proof, inputs })}
`
}
