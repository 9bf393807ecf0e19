/**
 * A change of configuration that is cut off exactly where it enters a stage, for every stage and every step there is:
 * the process is killed, and the one after it serves the whole of one bundle, and its history and audit log say which.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeStages } from '@ron/kernel/bundle/stages'
import {
  apply,
  back,
  forward,
  historyOf,
  insistAgreement,
  insistEntered,
  insistVerified,
  Place,
  rollback,
  settled,
  stopOf,
  versionOf,
} from './config-place.ts'
import { StageStop } from './stage-stop.ts'

test('a change that nobody disturbs enters the stages that are cut off here, and no others', async () => {
  const place = new Place('300ms')
  const node = await place.start()
  await apply(node, 2)
  await settled(node, 2, 'idle')
  await insistEntered(node, [...forward, 'keep'])
  node.signal('SIGKILL')
  await node.ended()
  const slow = await new Place('1h').start()
  await apply(slow, 2)
  await rollback(slow)
  await settled(slow, 1, 'idle')
  await insistEntered(slow, [...forward, ...back])
  const words = new Set([...forward, ...back, 'keep'].map((name) => name.split(' ')[0]))
  assert.deepEqual([...words].toSorted(), [...changeStages].toSorted())
})

test('the process is killed at each stage of a bundle of its folder, and the next one serves the whole of it', async () => {
  const place = new Place('300ms')
  let node = await place.start()
  let version = 1
  for (const name of [...forward, 'keep']) {
    // Its check is entered before anybody knows which version it will be.
    const stop = await StageStop.at(node, stopOf(name, name === 'check' ? version : version + 1))
    place.drop(++version)
    node.signal('SIGHUP')
    await stop.entered
    node.signal('SIGKILL')
    await node.ended()
    stop.close()
    node = await place.start()
    assert.equal(await versionOf(node), version, name)
    await insistAgreement(node)
  }
})

test('the process is killed at each stage of a bundle and of its rollback, and the next one serves the one before', async () => {
  const place = new Place('1h')
  let node = await place.start()
  for (const [at, name] of [...forward, ...back].entries()) {
    const isBack = at >= forward.length
    if (isBack) await apply(node, 2)
    // What is announced of a rollback is what there is again.
    const of = name === 'check' || (isBack && ['restore', 'event', 'record'].includes(name)) ? 1 : 2
    const stop = await StageStop.at(node, stopOf(name, of))
    const cut = (isBack ? rollback(node) : apply(node, 2)).catch(() => null)
    await stop.entered
    node.signal('SIGKILL')
    await Promise.all([node.ended(), cut])
    stop.close()
    node = await place.start()
    assert.equal(await versionOf(node), 1, name)
    assert.deepEqual(
      (await historyOf(node)).map(({ version }) => version),
      [1],
    )
    await insistAgreement(node)
  }
  await insistVerified(node, place)
})
