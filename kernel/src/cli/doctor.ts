/**
 * What `check` and `doctor` look at, as probes over facts. `check` asks whether a start would succeed;
 * `doctor` looks at the machine around it as well. Knows no sockets and no native modules: probes for those
 * are handed in.
 */

import type { Loaded } from '../config/load.ts'
import { parseSocketAddress, type SocketAddress } from '../config/socket-address.ts'
import { formatSize } from '../contract/units.ts'
import type { FileText } from '../system/files.ts'
import type { Machine } from '../system/machine.ts'
import type { Probe } from './examination.ts'

const MIB = 2 ** 20

/** What a node needs beside what its stores keep: code, threads, sockets. */
const BASE_MEMORY_BYTES = 256 * MIB

/** Files a node has open besides connections. */
const BASE_FILES = 128

const ENTROPY_BITS_MIN = 128

/** Every setting that names a file the node reads: a wrong path is found here rather than at a start. */
export function fileProbes(loaded: Loaded, readFile: (path: string) => FileText): Probe[] {
  return [...loaded.effective.values()].flatMap(({ setting, value, source }) => {
    // What a bundle brings along is in the bundle.
    if (
      source.kind === 'bundle' ||
      setting.unit !== 'path' ||
      setting.creates ||
      typeof value !== 'string' ||
      value === ''
    )
      return []
    return [
      probe(setting.key, `set ${setting.envName} to a file this user may read, or leave it empty`, () => {
        const file = readFile(value)
        if (!file.ok) throw new Error(`${value} ${file.because}`)
        return `${value} is readable`
      }),
    ]
  })
}

export function machineProbes(loaded: Loaded, machine: Machine): Probe[] {
  return [
    probe('node.js', 'install Node ^20.19, ^22.13 or >=24', () => {
      if (!runsOn(machine.nodeVersion))
        throw new Error(`${machine.nodeVersion} is not a version this node runs on`)
      return `${machine.nodeVersion} on ${machine.platform}`
    }),
    probe('memory', 'lower the bytes_max of services (config print), or give the node more memory', () => {
      const [needed, present] = [BASE_MEMORY_BYTES + storeBytes(loaded), machine.memoryBytes]
      const sentence = `stores and node may grow to ${mebibytes(needed)} of ${mebibytes(present)}`
      if (needed > present) throw new Error(sentence)
      return sentence
    }),
    probe('open files', 'raise the limit (ulimit -n), or lower MAX_CONNS', () => {
      if (machine.openFilesMax === null) return 'this system does not tell'
      const needed = BASE_FILES + numberOf(loaded, 'limits.max_conns')
      const sentence = `${needed} may be needed, ${machine.openFilesMax} are allowed`
      if (needed > machine.openFilesMax) throw new Error(sentence)
      return sentence
    }),
    probe('entropy', 'wait a moment, or feed the pool (virtio-rng, haveged)', () => {
      if (machine.entropyBits === null) return 'this system does not tell; its generator seeds itself'
      const sentence = `${machine.entropyBits} bits, ${ENTROPY_BITS_MIN} are needed`
      if (machine.entropyBits < ENTROPY_BITS_MIN) throw new Error(sentence)
      return sentence
    }),
    ...(loaded.effective.get('node.hand_over')?.value === true ? [handOverProbe(machine)] : []),
  ]
}

/** Two nodes share a port; when the old one closes, what waits in its queue should not be lost. */
function handOverProbe({ migratesConnections }: Machine): Probe {
  return probe('hand-over', 'sysctl -w net.ipv4.tcp_migrate_req=1', () => {
    if (migratesConnections === false)
      throw new Error('connections not yet accepted when the old node closes are reset by this system')
    return migratesConnections === null ? 'this system does not tell' : 'connections move to the new node'
  })
}

/** Whether the two surfaces could listen now. `canListen` rejects with the reason. */
export function addressProbes(loaded: Loaded, canListen: (address: SocketAddress) => Promise<void>): Probe[] {
  return ['node.bind_addr', 'node.metrics_addr'].flatMap((key): Probe[] => {
    const found = loaded.effective.get(key)
    const address = parseSocketAddress(String(found?.value))
    if (found === undefined || address === null) return []
    const fix = `stop what listens there, or set ${found.setting.envName} to another address`
    const look = async () => {
      await canListen(address)
      return `${String(found.value)} is free`
    }
    return [{ name: key, fix, look }]
  })
}

/** `^20.19 || ^22.13 || >=24` */
export function runsOn(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number)
  return (major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major >= 24
}

/** The sum of what services may keep: their settings named `…bytes_max`. */
function storeBytes(loaded: Loaded): number {
  const budgets = [...loaded.effective.values()].filter(({ setting }) => {
    return setting.unit === 'bytes' && /(^|_)bytes_max$/.test(setting.name)
  })
  return budgets.reduce((sum, { value }) => sum + Number(value), 0)
}

function numberOf(loaded: Loaded, key: string): number {
  return Number(loaded.effective.get(key)?.value)
}

function mebibytes(bytes: number): string {
  return formatSize(Math.round(bytes / MIB) * MIB)
}

function probe(name: string, fix: string, look: () => string): Probe {
  return { name, fix, look: async () => look() }
}
