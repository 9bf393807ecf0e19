import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { openSocket } from '#runtime'
import { carrierSuite, home, watchHome, type Start } from './carrier.suite.ts'
import { HttpCarrier } from './http.ts'
import { httpPeer, json, problem } from './http-peer.fixture.ts'
import { OapCarrier } from './oap.ts'
import { oapPeer } from './oap-peer.fixture.ts'
import { system } from './system.ts'

const overHttp: Start = async (t, script) => {
  let ended = 0
  const peer = await httpPeer((response) => {
    response.once('close', () => void ended++)
    if (script.kind === 'answer') json(response, 200, script.fields)
    if (script.kind === 'refuse') problem(response, script.status, script.code)
    if (script.kind === 'drop') response.socket?.destroy()
    if (script.kind !== 'events') return
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of script.events) response.write(`event: kind\ndata: ${JSON.stringify(event)}\n\n`)
    if (script.after === 'end') response.end()
    if (script.after === 'drop') response.write(': bye\n\n', () => response.socket?.destroy())
  })
  t.after(() => peer.close())
  const carrier = new HttpCarrier(peer.baseUrl, undefined, fetch)
  return { carrier, seen: () => peer.seen.length, ended: () => ended }
}

const overOap: Start = async (t, script) => {
  let seen = 0
  const peer = await oapPeer((frame, connection) => {
    seen++
    if (script.kind === 'answer') connection.answer(frame, 200, script.fields)
    if (script.kind === 'refuse') connection.answer(frame, script.status, { code: script.code })
    if (script.kind === 'drop') connection.drop()
    if (script.kind !== 'events') return
    for (const event of script.events) connection.event(frame, event)
    if (script.after === 'end') connection.answer(frame, 200, {})
    if (script.after === 'drop') connection.drop()
  })
  const carrier = new OapCarrier(peer.baseUrl, undefined, openSocket, system)
  t.after(() => {
    carrier.close()
    return peer.close()
  })
  const ended = () => peer.connections.reduce((sum, { cancels }) => sum + cancels.length, 0)
  return { carrier, seen: () => seen, ended }
}

carrierSuite('http', overHttp)
carrierSuite('oap', overOap)

// Node's fetch leaves listeners on a signal until it is collected, which is why it never gets the caller's.
test('oap: a signal is left without listeners', async (t) => {
  const { signal } = new AbortController()
  const answering = await overOap(t, { kind: 'answer', fields: {} })
  await answering.carrier.call(home, {}, new Uint8Array(0), signal)
  const dropping = await overOap(t, { kind: 'drop' })
  await assert.rejects(dropping.carrier.call(home, {}, new Uint8Array(0), signal))
  for (const after of ['end', 'stay'] as const) {
    const { carrier } = await overOap(t, { kind: 'events', events: [{ n: 1 }], after })
    for await (const _ of await carrier.subscribe(watchHome, {}, signal)) if (after === 'stay') break
  }
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})
