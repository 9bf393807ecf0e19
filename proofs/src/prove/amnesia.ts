/** The whole proof of amnesia: a node to each of its ends, and the next one in the place of the first. */

import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asker } from '../http.ts'
import { nodeToItsEnd, type End, type Ended } from './ends.ts'
import { copiesOf, statementOf, type Check, type Statement } from './statement.ts'
import { startTraced } from './traced-node.ts'

const allEnds: readonly End[] = ['SIGTERM', 'SIGKILL', 'SIGABRT']

/** `program` is what is started, `folder` a folder for it alone. The first end is the one that is looked into. */
export async function proveAmnesia(
  program: string,
  folder: string,
  say: (line: string) => void,
  ends: readonly End[] = allEnds,
): Promise<Statement> {
  const ended: Ended[] = []
  for (const end of ends) {
    say(`a node that ends by ${end}`)
    ended.push(await nodeToItsEnd(program, folder, end))
  }
  const [first] = ended
  if (first === undefined) throw new RangeError('a proof of amnesia needs an end')
  say('the next node in its place')
  const next = await knowsNothing(program, first.home, folder)
  return statementOf(
    {
      at: new Date().toISOString(),
      build: first.build,
      system: `${process.platform} ${process.arch}, Node ${process.version}`,
      copies: copiesOf(first.serving, first.ending),
      notShown: notShown(first),
    },
    [...ended.flatMap(({ checks }) => checks), next],
  )
}

/** A cold start is like the first: what was kept is not there, and nothing has to be made good. */
async function knowsNothing(program: string, home: string, folder: string): Promise<Check> {
  const traces = mkdtempSync(join(folder, 'next-'))
  const node = await startTraced({ program, args: [], home, traces })
  const ask = asker(node)
  const answers = [
    (await ask('GET /objects/kept/0')).status === 404,
    (await ask('GET /objects')).json<{ items?: readonly unknown[] }>().items?.length === 0,
    (await ask('GET /search?q=text')).json<{ results?: readonly unknown[] }>().results?.length === 0,
    (await asker({ url: node.admin, token: node.token })('GET /readyz')).status === 200,
  ]
  node.signal('SIGKILL')
  await node.ended()
  const known = answers.filter((nothing) => !nothing).length
  return {
    name: 'the next node in its place knows nothing of it',
    ok: known === 0,
    evidence: `${answers.length - known} of ${answers.length} answers are those of a first start`,
  }
}

function notShown({ ending, build }: Ended): readonly string[] {
  const left = ending.reduce((sum, { copies }) => sum + copies, 0)
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim()
  return [
    `${left} copies of what clients sent are in memory that V8 and the allocator had used and not overwritten when the process exits; the kernel clears it before anybody else gets it`,
    'these nodes were started with ulimit -c 0 and got no io_uring; from Node 22 on libuv waits for sockets with it, which no trace looks into',
    'tokens of clients, which V8 keeps as strings, are not looked for',
    'the witness of a zero-knowledge proof never reaches a node, so there is none to look for',
    'what the kernel keeps of sockets, and what hibernation or a hypervisor writes, is out of sight',
    'after SIGKILL and SIGABRT there is no process left to look into; its memory went back to the kernel as it was',
    ...(pattern.startsWith('|')
      ? [`core dumps are piped to ${pattern.slice(1)} whatever the limit says`]
      : []),
    ...(build['writes_denied'] === true
      ? []
      : ['this runtime did not deny the process writes by itself (writes_denied=false)']),
  ]
}
