/**
 * An upgrade from the release before, and back: both are real builds, the older one from the history of this checkout.
 * They take over from each other on the same ports under load, and no request fails. What the older one keeps in memory
 * it cannot hand over; two nodes of this build can (`hand-over-state.test.ts`).
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freePort } from './free-port.ts'
import { moveWaitingConnections, senders } from './hand-over-load.ts'
import { asker } from './http.ts'
import { program, startNode, type NodeProcess } from './node-process.ts'
import { earlierBuild, hasHistory } from './release/earlier-build.ts'
import { previousRelease } from './release/frozen.ts'
import { scratchFile, scratchFolder } from './scratch.ts'

const release = previousRelease()
const token = release.vectors.tokens['whole'] ?? ''
const [bind, metrics] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`]
const place = {
  env: { MICRO_MACAROON_PATH: scratchFile('upgrade.macaroon', `${token}\n`), MICRO_HAND_OVER: '1' },
  args: ['--bind', bind, '--metrics', metrics],
}

await test(`from ${release.version} to this build, back, and up again: no request fails`, async (t) => {
  assert.ok(
    hasHistory(release),
    `THE UPGRADE WAS NOT TESTED: this checkout has no commit ${release.commit} of ${release.version}; ` +
      'fetch the history (git fetch --unshallow) and run npm run drill:upgrade again',
  )
  const earlier = earlierBuild(release, scratchFolder())
  const moved = moveWaitingConnections(t)
  const url = `http://${bind}`
  let node = await startNode({ ...place, program: earlier })
  const load = senders({ url, token, moved })
  for (const next of [program, earlier, program]) {
    await load.asked(50)
    node = await handOver(node, next)
    // Each understands what clients of the other say; what they made stays with the one that took it.
    const ask = asker({ url, token })
    assert.equal((await ask('PUT /objects/release/a', { body: 'x' })).status, 201)
    assert.equal((await ask('GET /objects/release/a')).text, 'x')
  }
  await load.asked(50)
  assert.deepEqual(await load.stop(), [])
})

async function handOver(old: NodeProcess, next: string): Promise<NodeProcess> {
  const taken = await startNode({ ...place, program: next })
  old.signal('SIGTERM')
  assert.equal(await old.ended(), 0, old.output())
  return taken
}
