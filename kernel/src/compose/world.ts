/** What the commands that need no running node may touch, as they find it on this machine. */

import { createServer } from 'node:net'
import { inflateZstd } from '@ron/transport/inflate/zstd'
import { noHeaders } from '@ron/transport/listener/header-block'
import type { Driver } from '@ron/transport/listener/listener'
import type { World } from '../cli/answer.ts'
import type { Probe } from '../cli/examination.ts'
import type { BuildInfo } from '../cli/version.ts'
import type { Loaded } from '../config/load.ts'
import type { NodeConfig } from '../config/node-config.ts'
import { kernelMetrics } from '../metrics/metrics.ts'
import { systemClock } from '../system/clock.ts'
import { readSecretFile, readTextFile } from '../system/files.ts'
import { readMachine } from '../system/machine.ts'
import { systemRandom } from '../system/random.ts'
import { nextTurn } from '../system/turn.ts'
import { readSeed } from './audit/identity.ts'
import { readAnchor } from './capabilities.ts'
import { readHexKey } from './keys.ts'
import { placesOf } from './places.ts'
import { readBundle } from './policy-port.ts'

/** zstd of nothing: a frame that a working module inflates to zero bytes. */
const emptyZstd = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00, 0x01, 0x00, 0x00)

export function world(build: BuildInfo, loaded: Loaded, driver: Driver): World {
  const pathOf = (key: string) => String(loaded.effective.get(key)?.value ?? '')
  return {
    build,
    clock: systemClock,
    readFile: readTextFile,
    machine: () => readMachine(readTextFile),
    startProbes: [
      {
        name: driver.info.name,
        fix: 'set node.driver=node, or use Node 20 or 22 on glibc Linux, macOS or Windows and run npm ci',
        look: async () => {
          await listenOnce(driver, { host: '127.0.0.1', port: 0 })
          return `${driver.info.version}, ABI ${driver.info.abi}`
        },
      },
      {
        name: 'zstd-napi',
        fix: 'install a C++ compiler and python3, then run npm ci',
        look: async () => {
          await inflateZstd(emptyZstd, { ratioMax: 10, bytesMax: 64 }, nextTurn)
          return 'inflates'
        },
      },
      ...contentProbe('policy.bundle_path', pathOf('policy.bundle_path'), 'holds a bundle', (path) => {
        readBundle(path, readTextFile)
      }),
      ...contentProbe(
        'capabilities.macaroon_path',
        pathOf('capabilities.macaroon_path'),
        'holds a macaroon',
        (path) => {
          readAnchor(path, readTextFile(path))
        },
      ),
      ...['identity.key_path', 'identity.node_key_path'].flatMap((key) =>
        contentProbe(key, pathOf(key), 'holds a key', (path) => {
          readSeed(key, path, readSecretFile(path)).fill(0)
        }),
      ),
      ...contentProbe(
        'capabilities.issuer_key_path',
        pathOf('capabilities.issuer_key_path'),
        'holds a key',
        (path) => {
          readHexKey('capabilities.issuer_key_path', path, readSecretFile(path)).fill(0)
        },
      ),
      ...(loaded.ok ? socketProbes(loaded.config) : []),
      ...contentProbe('node.hand_over_key_path', pathOf('node.hand_over_key_path'), 'holds a key', (path) => {
        readHexKey('node.hand_over_key_path', path, readSecretFile(path)).fill(0)
      }),
    ],
    canListen: (address) => listenOnce(driver, address),
  }
}

/** Looks into a file that a setting names and that can be read; `read` throws the reason. */
function contentProbe(key: string, path: string, well: string, read: (path: string) => void): Probe[] {
  if (path === '' || !readTextFile(path).ok) return []
  const look = async () => {
    read(path)
    return `${path} ${well}`
  }
  return [{ name: `${key} content`, fix: 'mend the file, or leave the setting empty', look }]
}

/** Whether the Unix sockets could be listened on now, and their users be told apart. */
function socketProbes(config: NodeConfig): Probe[] {
  if (config.uds.path === '' && config.uds.adminPath === '') return []
  const look = async () => {
    const { node, admin } = await placesOf(config)
    for (const place of [node, admin]) {
      const door = createServer()
      await place?.listen(door)
      door.close()
    }
    return [config.uds.path, config.uds.adminPath].filter((path) => path !== '').join(' and ')
  }
  return [{ name: 'Unix sockets', fix: 'do what is said, or leave the setting empty', look }]
}

async function listenOnce(driver: Driver, address: { host: string; port: number }): Promise<void> {
  const quiet = () => {}
  const readings = {
    ready: () => false,
    shed: () => [],
    uptimeSeconds: () => 0,
    connections: () => 0,
    droppedLines: () => 0,
    timers: () => 0,
    inboxDepths: () => [],
  }
  const listener = await driver.listen(
    {
      ...address,
      shared: false,
      connectionsMax: 1,
      connectionsPerAddressMax: 0,
      tls: null,
      headerBytesMax: 4096,
      readTimeoutMs: 1_000,
      writeTimeoutMs: 1_000,
      idleTimeoutMs: 1_000,
      wsMessageBytesMax: 1_024,
      wsBufferBytesMax: 1_024,
    },
    {
      exchange: (exchange) => exchange.respond(503, noHeaders, new Uint8Array(0)),
      socketPaths: [],
      handshake: quiet,
    },
    {
      clock: systemClock,
      random: systemRandom,
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      meter: kernelMetrics('doctor', true, [], readings).front,
      nextTurn,
    },
  )
  await listener.close(0)
}
