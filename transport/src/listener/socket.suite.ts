/** WebSockets: handshakes, messages, closes, and peers that are slow or wrong. */

import assert from 'node:assert/strict'
import { until } from '@ron/kernel/system/until'
import type { Driver, Handshake, Socket } from './listener.ts'
import { encode, staged, text, type Holds } from './staging.fixture.ts'
import { clientFrame, handshakeText, type RawClient } from './raw-client.fixture.ts'

interface Message {
  readonly text: string
  readonly isBinary: boolean
}

/** Accepts everybody and writes down what happens. */
class Host {
  readonly sockets: Socket[] = []
  readonly messages: Message[] = []
  /** The bytes themselves, as they were handed over. */
  readonly kept: Uint8Array[] = []
  readonly closes: number[] = []
  drains = 0

  readonly handlers = { socketPaths: ['/oap'], handshake: (handshake: Handshake) => this.welcome(handshake) }

  welcome(handshake: Handshake): void {
    const socket = handshake.accept(handshake.protocols.includes('oap.1') ? 'oap.1' : null)
    if (socket === null) return
    this.sockets.push(socket)
    socket.onMessage((bytes, isBinary) => {
      this.kept.push(bytes)
      this.messages.push({ text: Buffer.from(bytes).toString(), isBinary })
      socket.send(bytes)
    })
    socket.onClose((code) => this.closes.push(code))
    socket.onDrain(() => this.drains++)
  }
}

async function greeted(client: RawClient, extra = ''): Promise<RawClient> {
  client.send(handshakeText('/oap', extra))
  assert.equal((await client.answer()).status, 101)
  return client
}

export function sockets(driver: Driver, holds: Holds): void {
  holds('a WebSocket echoes binary messages, and tells text from binary', () => {
    const host = new Host()
    return staged(driver, host.handlers, async ({ client, peer }) => {
      const one = await greeted(await client())
      one.send(clientFrame(2, 'binary'))
      assert.deepEqual(await one.frame(), { opcode: 2, payload: Buffer.from('binary') })
      one.send(clientFrame(1, 'text'))
      await one.frame()
      assert.deepEqual(host.messages, [
        { text: 'binary', isBinary: true },
        { text: 'text', isBinary: false },
      ])
      assert.equal(host.sockets[0]?.peer, peer)
      assert.deepEqual(host.kept, [encode('binary'), encode('text')])
    })
  })

  holds('handshakes that come at once are all accepted, and every connection stays', () => {
    const host = new Host()
    return staged(driver, host.handlers, async ({ client }) => {
      for (let round = 0; round < 5; round++) {
        const clients = await Promise.all(Array.from({ length: 15 }, client))
        await Promise.all(clients.map((one) => greeted(one)))
        for (const one of clients) {
          one.send(clientFrame(2, 'here'))
          assert.deepEqual(await one.frame(), { opcode: 2, payload: Buffer.from('here') })
          one.destroy()
        }
      }
    })
  })

  holds('the subprotocol the handler picks is the one answered; offers are seen in order', () => {
    const host = new Host()
    const offers: (readonly string[])[] = []
    const handshake = (one: Handshake) => {
      offers.push(one.protocols)
      host.welcome(one)
    }
    return staged(driver, { ...host.handlers, handshake }, async ({ client }) => {
      const one = await client()
      one.send(
        handshakeText('/oap', 'Sec-WebSocket-Protocol: other, oap.1\r\nSec-WebSocket-Protocol: third\r\n'),
      )
      const answer = await one.answer()
      assert.equal(answer.headers.get('sec-websocket-protocol'), 'oap.1')
      const two = await client()
      two.send(handshakeText('/oap'))
      assert.equal((await two.answer()).headers.has('sec-websocket-protocol'), false)
      assert.deepEqual(offers, [['other', 'oap.1', 'third'], []])
    })
  })

  holds('a handshake may be refused, or accepted later', () => {
    const host = new Host()
    const waiting: Handshake[] = []
    const handshake = (one: Handshake) => {
      if (one.query === 'no') text(one, 401, 'no')
      else waiting.push(one)
    }
    return staged(driver, { ...host.handlers, handshake }, async ({ client }) => {
      const refused = await client()
      refused.send(handshakeText('/oap?no'))
      const answer = await refused.answer()
      assert.deepEqual([answer.status, answer.body], [401, 'no'])

      const later = await client()
      later.send(handshakeText('/oap'))
      await until(() => waiting.length === 1)
      for (const one of waiting) host.welcome(one)
      assert.equal((await later.answer()).status, 101)
      later.send(clientFrame(2, 'hello'))
      assert.equal((await later.frame()).payload.toString(), 'hello')
    })
  })

  holds(
    'a handshake elsewhere is an ordinary request, and one of another version or with a body is refused',
    () => {
      const host = new Host()
      const faults: unknown[] = []
      const handshake = (one: Handshake) => {
        faults.push(one.fault?.code)
        text(one, 400, 'no')
      }
      return staged(driver, { ...host.handlers, handshake }, async ({ client }) => {
        const elsewhere = await client()
        elsewhere.send(handshakeText('/other'))
        assert.equal((await elsewhere.answer()).status, 200)
        const wrong = ['Sec-WebSocket-Version: 8', 'Content-Length: 1', 'Transfer-Encoding: chunked']
        for (const header of wrong) {
          const one = await client()
          one.send(handshakeText('/oap', `${header}\r\n`))
          assert.equal((await one.answer()).status, 400, header)
          await one.ended()
        }
        assert.deepEqual(
          faults,
          wrong.map(() => 'BadRequest'),
        )
      })
    },
  )

  holds('a message over the limit closes with 1009, one far over it closes at once', () => {
    const host = new Host()
    return staged(driver, host.handlers, async ({ client }) => {
      const little = await greeted(await client())
      little.send(clientFrame(2, 'x'.repeat(10_000)))
      assert.equal((await little.frame()).payload.length, 10_000)
      little.send(clientFrame(2, 'x'.repeat(10_001)))
      const { opcode, payload } = await little.frame()
      assert.deepEqual([opcode, payload.readUInt16BE(0)], [8, 1009])
      await little.ended()

      const far = await greeted(await client())
      far.send(clientFrame(2, 'x'.repeat(500_000)))
      await far.ended()
      await until(() => host.closes.length === 2)
      assert.equal(host.messages.length, 1)
    })
  })

  holds('either side may close, and each hears the code of the other', () => {
    const host = new Host()
    return staged(driver, host.handlers, async ({ client, listener }) => {
      const one = await greeted(await client())
      host.sockets[0]?.close(1007, 'é'.repeat(100))
      const { opcode, payload } = await one.frame()
      assert.deepEqual([opcode, payload.readUInt16BE(0)], [8, 1007])
      assert.equal(payload.subarray(2).toString(), 'é'.repeat(61))
      await one.ended()

      const two = await greeted(await client())
      two.send(clientFrame(8, Buffer.from([0x03, 0xe8])))
      await two.ended()
      await until(() => host.closes.length === 2)
      assert.deepEqual(host.closes, [1007, 1000])
      assert.equal(listener.connections(), 0)
    })
  })

  holds('a socket that is closed takes nothing any more', () => {
    const host = new Host()
    return staged(driver, host.handlers, async ({ client }) => {
      const one = await greeted(await client())
      one.vanish()
      await until(() => host.closes.length === 1)
      const [socket] = host.sockets
      assert.ok(socket)
      assert.equal(socket.send(encode('late')), 'dropped')
      assert.equal(socket.bufferedBytes, 0)
      socket.close(1000, 'late')
    })
  })

  holds('a peer that reads slowly is told of by the queue, and by drain when it goes on', () => {
    const host = new Host()
    const wsBufferBytesMax = 1_000_000
    return staged(
      driver,
      host.handlers,
      async ({ client }) => {
        const one = (await greeted(await client())).stopReading()
        const [socket] = host.sockets
        assert.ok(socket)
        const piece = encode('x'.repeat(9_000))
        let sent = 0
        while (socket.send(piece) === 'sent') sent++
        assert.ok(socket.bufferedBytes > 0)
        one.goOnReading()
        await until(() => host.drains > 0 && socket.bufferedBytes === 0)
        for (let frames = 0; frames <= sent; frames++) assert.equal((await one.frame()).payload.length, 9_000)
      },
      { wsBufferBytesMax },
    )
  })

  holds('a peer that lets too much wait is closed', () => {
    const host = new Host()
    return staged(driver, host.handlers, async ({ client, listener }) => {
      ;(await greeted(await client())).stopReading()
      const [socket] = host.sockets
      assert.ok(socket)
      const piece = encode('x'.repeat(9_000))
      while (socket.send(piece) !== 'dropped') assert.ok(socket.bufferedBytes < 200_000)
      await until(() => host.closes.length === 1 && listener.connections() === 0)
    })
  })

  holds('broken frames end their connection and nothing else', () => {
    const host = new Host()
    const broken = [
      clientFrame(1, Buffer.from([0xff, 0xfe])),
      clientFrame(5, 'reserved'),
      Buffer.from([0xf2, 0x81, 0, 0, 0, 0, 65]),
      Buffer.from([0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
      clientFrame(9, 'x'.repeat(126)),
    ]
    return staged(driver, host.handlers, async ({ client }) => {
      for (const bytes of broken) {
        const one = await greeted(await client())
        one.send(bytes)
        await one.ended()
      }
      const good = await greeted(await client())
      good.send(clientFrame(2, 'still here'))
      assert.equal((await good.frame()).payload.toString(), 'still here')
      assert.deepEqual(host.messages, [{ text: 'still here', isBinary: true }])
    })
  })

  holds('a peer may leave before, during and after the handshake', () => {
    const host = new Host()
    const waiting: Handshake[] = []
    const handshake = (one: Handshake) => (one.query === 'wait' ? waiting.push(one) : host.welcome(one))
    return staged(driver, { ...host.handlers, handshake }, async ({ client, listener }) => {
      const early = await client()
      early.send(handshakeText('/oap?wait'))
      await until(() => waiting.length === 1)
      early.vanish()
      await until(() => waiting[0]?.aborted === true)
      assert.equal(waiting[0]?.accept(null), null)

      const midway = await greeted(await client())
      midway.send(clientFrame(2, 'half of it').subarray(0, 9))
      await midway.flushed()
      midway.vanish()
      await until(() => listener.connections() === 0)
      assert.deepEqual(host.messages, [])
    })
  })

  holds('a handler that throws on a message is survived', () => {
    const handshake = (one: Handshake) => {
      const socket = one.accept(null)
      socket?.onMessage((bytes) => {
        if (bytes.length === 0) throw new Error('a mistake')
        socket.send(bytes)
      })
    }
    return staged(driver, { socketPaths: ['/oap'], handshake }, async ({ client }) => {
      const one = await greeted(await client())
      one.send(clientFrame(2, '')).send(clientFrame(2, 'next'))
      assert.equal((await one.frame()).payload.toString(), 'next')
    })
  })

  holds('a stopping listener tells its WebSockets with 1012', () => {
    const host = new Host()
    return staged(driver, host.handlers, async ({ client, listener }) => {
      const one = await greeted(await client())
      await listener.close(60_000)
      const { opcode, payload } = await one.frame()
      assert.deepEqual([opcode, payload.readUInt16BE(0)], [8, 1012])
      await one.ended()
    })
  })
}
