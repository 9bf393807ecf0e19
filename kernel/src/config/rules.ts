/** What holds between settings. Each rule is a pure function of all values; it says what is wrong and how to mend it. */

import type { Catalogue } from './catalogue.ts'
import { exposure } from './exposure.ts'
import type { NodeValues } from './node-sections.ts'
import { limitsOfEverybody } from './tenants.ts'
import type { ProblemKind } from './problems.ts'
import { isWildcard, parseSocketAddress, type SocketAddress } from './socket-address.ts'
import { parseKeySource } from './key-source.ts'
import { tenantRow } from '../contract/tenant-limits.ts'
import { nameLengthMax, normalName } from '../identity/name.ts'
import { isKeyName } from '../tlog/note.ts'
import { unsupported } from './unsupported.ts'

/** A broken rule, told by the setting to change. */
export interface Breach {
  readonly kind: Extract<ProblemKind, 'conflict' | 'missing' | 'unsupported'>
  readonly key: string
  readonly message: string
}

export function breaches(known: Catalogue, values: NodeValues): Breach[] {
  const envOf = (key: string): string => known.byKey.get(key)?.envName ?? key
  return [
    ...amnesiaExcludesPersistence(values, envOf),
    ...tlsNeedsItsFiles(values, envOf),
    ...tlsNeedsItsDriver(values, envOf),
    ...surfacesNeedTheirOwnPorts(values, envOf),
    ...socketsBelongToOneNode(values, envOf),
    ...handOverNeedsFixedPorts(values, envOf),
    ...stateNeedsAWayAndAKey(values, envOf),
    ...keptKeysNeedADiskAndAKey(values, envOf),
    ...keptLogNeedsADiskAndAKey(values, envOf),
    ...adminNeedsAWall(values, envOf),
    ...originNamesAKey(values, envOf),
    ...nameIsOne(values, envOf),
    ...tenantsAreReadable(values, envOf),
    ...bundlesNeedSigners(values, envOf),
    ...issuerNeedsBoth(values, envOf),
    ...requiredNeedsHybrid(values, envOf),
    ...unsupported
      .filter((row) => row.asked(values))
      .map(({ key, message }): Breach => ({ kind: 'unsupported', key, message })),
  ]
}

type EnvOf = (key: string) => string

function amnesiaExcludesPersistence({ node, persistence }: NodeValues, envOf: EnvOf): Breach[] {
  if (!node.amnesia || !persistence.enabled) return []
  const amnesia = envOf('node.amnesia')
  const message =
    `${amnesia}=1 and persistence.enabled=true are mutually exclusive; ` +
    `set ${amnesia}=0 to keep data on disk`
  return [{ kind: 'conflict', key: 'persistence.enabled', message }]
}

function requiredNeedsHybrid({ pq }: NodeValues, envOf: EnvOf): Breach[] {
  if (!pq.required || pq.mode === 'hybrid') return []
  const message = `${envOf('pq.required')}=1 asks for sessions that are not opened; set ${envOf('pq.mode')}=hybrid`
  return [{ kind: 'conflict', key: 'pq.required', message }]
}

function tlsNeedsItsFiles({ tls }: NodeValues, envOf: EnvOf): Breach[] {
  if (!tls.enabled) return []
  const files = [
    { key: 'tls.cert_path', path: tls.certPath, what: 'a PEM certificate chain' },
    { key: 'tls.key_path', path: tls.keyPath, what: 'its PEM private key' },
  ]
  return files
    .filter((file) => file.path === '')
    .map(({ key, what }) => ({
      kind: 'missing',
      key,
      message: `tls.enabled=true needs ${what}; set ${envOf(key)} to its path`,
    }))
}

function tlsNeedsItsDriver({ tls, node }: NodeValues, envOf: EnvOf): Breach[] {
  if (!tls.enabled || node.driver !== 'uws') return []
  const driver = envOf('node.driver')
  const message = `${driver}=uws serves no TLS; set ${driver}=node or auto, or end TLS in a proxy on this machine`
  return [{ kind: 'conflict', key: 'node.driver', message }]
}

function surfacesNeedTheirOwnPorts({ node }: NodeValues, envOf: EnvOf): Breach[] {
  const [bind, metrics] = [parseSocketAddress(node.bindAddr), parseSocketAddress(node.metricsAddr)]
  if (bind === null || metrics === null || !overlap(bind, metrics)) return []
  const message =
    `${envOf('node.bind_addr')}=${node.bindAddr} and ${envOf('node.metrics_addr')}=${node.metricsAddr} ` +
    'would listen on the same port; give one of them another port, or 0 for a free one'
  return [{ kind: 'conflict', key: 'node.metrics_addr', message }]
}

/** A Unix socket has one name and one listener. */
function socketsBelongToOneNode({ node, uds }: NodeValues, envOf: EnvOf): Breach[] {
  const [path, adminPath] = [envOf('uds.path'), envOf('uds.admin_path')]
  const given = [
    { key: 'uds.path', name: path, value: uds.path },
    { key: 'uds.admin_path', name: adminPath, value: uds.adminPath },
  ].find(({ value }) => value !== '')
  if (given === undefined) return []
  if (node.handOver) {
    const message =
      `${envOf('node.hand_over')}=1 lets two nodes run at once, and the socket of ${given.name} belongs to one; ` +
      'leave one of them out'
    return [{ kind: 'conflict', key: given.key, message }]
  }
  if (uds.path !== uds.adminPath) return []
  const message = `${path} and ${adminPath} name the same socket; give each surface its own`
  return [{ kind: 'conflict', key: 'uds.admin_path', message }]
}

/** A port that the system picks is nobody else's to share. */
function handOverNeedsFixedPorts({ node }: NodeValues, envOf: EnvOf): Breach[] {
  if (!node.handOver || parseSocketAddress(node.bindAddr)?.port !== 0) return []
  const message =
    `${envOf('node.hand_over')}=1 shares a port that both nodes know, and ${envOf('node.bind_addr')}=${node.bindAddr} ` +
    'takes any free one; give it a port'
  return [{ kind: 'conflict', key: 'node.bind_addr', message }]
}

/** What is handed over has to find the way, and nobody else may. */
function stateNeedsAWayAndAKey({ node }: NodeValues, envOf: EnvOf): Breach[] {
  const socket = envOf('node.hand_over_socket')
  if (node.handOverSocket === '') return []
  if (!node.handOver) {
    const message = `${socket} hands over what the node keeps, and its ports are not shared; set ${envOf('node.hand_over')}=1`
    return [{ kind: 'conflict', key: 'node.hand_over', message }]
  }
  if (node.handOverKeyPath !== '') return []
  const message = `${socket} needs a key that both nodes have; set ${envOf('node.hand_over_key_path')} to its file`
  return [{ kind: 'missing', key: 'node.hand_over_key_path', message }]
}

/** A file of keys outlives the process, and is worth what unseals it. */
function keptKeysNeedADiskAndAKey({ node, keys }: NodeValues, envOf: EnvOf): Breach[] {
  const [file, unseal, amnesia] = [envOf('keys.file'), envOf('keys.unseal'), envOf('node.amnesia')]
  if (keys.file === '' && keys.unseal === '') return []
  if (keys.file === '')
    return [{ kind: 'missing', key: 'keys.file', message: `${unseal} unseals a file; name it with ${file}` }]
  if (node.amnesia) {
    const message = `${amnesia}=1 and ${file} are mutually exclusive; set ${amnesia}=0 to keep keys on disk`
    return [{ kind: 'conflict', key: 'keys.file', message }]
  }
  if (parseKeySource(keys.unseal) !== null) return []
  const message = `${unseal}=${JSON.stringify(keys.unseal)} does not say where the key is; use file:PATH, fd:3 or env:NAME`
  return [{ kind: 'missing', key: 'keys.unseal', message }]
}

/** A log that goes on is signed by keys that stay, and written by one process at a time. */
function keptLogNeedsADiskAndAKey({ node, identity, keys }: NodeValues, envOf: EnvOf): Breach[] {
  const [directory, amnesia, handOver, socket] = [
    'audit_directory',
    'amnesia',
    'hand_over',
    'hand_over_socket',
  ].map((key) => envOf(`node.${key}`))
  const conflict = (message: string): Breach[] => [{ kind: 'conflict', key: 'node.audit_directory', message }]
  if (node.auditDirectory === '') return []
  if (node.amnesia)
    return conflict(
      `${amnesia}=1 and ${directory} are mutually exclusive; set ${amnesia}=0 to keep the log on disk`,
    )
  if (!node.audit)
    return conflict(`${directory} keeps an audit log; set ${envOf('node.audit')}=1 to have one`)
  if (node.handOver && node.handOverSocket === '')
    return conflict(
      `${handOver}=1 lets two nodes run at once, and ${directory} belongs to one; ` +
        `set ${socket} as well, over which they hand it on`,
    )
  if (identity.keyPath !== '' || keys.file !== '') return []
  const message =
    `${directory} needs a key that stays; set ${envOf('identity.key_path')}, ` +
    `or ${envOf('keys.file')} and ${envOf('keys.unseal')}`
  return [{ kind: 'missing', key: 'identity.key_path', message }]
}

/** Whoever reaches the admin surface learns how the node is; only this machine may without a capability. */
function adminNeedsAWall(values: NodeValues, envOf: EnvOf): Breach[] {
  const { loopback, certified } = exposure(values).admin
  if (values.admin.capability !== 'never' || loopback || certified) return []
  const message =
    `${envOf('admin.capability')}=never leaves the admin surface open, and ` +
    `${envOf('node.metrics_addr')}=${values.node.metricsAddr} can be reached from other machines; ` +
    'set admin.capability=auto, ask for client certificates (tls.client_ca), or listen on 127.0.0.1'
  return [{ kind: 'conflict', key: 'admin.capability', message }]
}

/** Checkpoints are signed under it, and their format has no place for a space or a plus in a name. */
function originNamesAKey({ identity }: NodeValues, envOf: EnvOf): Breach[] {
  if (isKeyName(identity.origin)) return []
  const message =
    `${envOf('identity.origin')}=${JSON.stringify(identity.origin)} cannot name a log; ` +
    'use 1 to 200 characters without spaces and plus signs, such as example.com/node-1/audit'
  return [{ kind: 'conflict', key: 'identity.origin', message }]
}

/** The registry would refuse it when the node is up, which nobody would see. */
function nameIsOne({ identity }: NodeValues, envOf: EnvOf): Breach[] {
  if (identity.name === '' || normalName(identity.name) !== null) return []
  const message =
    `${envOf('identity.name')}=${JSON.stringify(identity.name)} is no name for a node; use labels of letters, ` +
    `digits and hyphens between dots, at most ${nameLengthMax} bytes in all, such as node-1.example.com`
  return [{ kind: 'conflict', key: 'identity.name', message }]
}

/** A tenant whose limits are misread would have those of everybody. */
function tenantsAreReadable({ quota }: NodeValues, envOf: EnvOf): Breach[] {
  const everybody = limitsOfEverybody(quota)
  return quota.tenants.flatMap((written) => {
    const row = tenantRow(written, everybody)
    if (typeof row !== 'string') return []
    const message = `${envOf('quota.tenants')}: ${JSON.stringify(written)} ${row}`
    return [{ kind: 'conflict', key: 'quota.tenants', message }]
  })
}

/** A bundle is worth what its signers are. */
function bundlesNeedSigners({ bundle }: NodeValues, envOf: EnvOf): Breach[] {
  const { signers, threshold, file, folder } = bundle
  const signersName = envOf('bundle.signers')
  if (signers.length === 0 && (file !== '' || folder !== '')) {
    const asked = envOf(file === '' ? 'bundle.folder' : 'bundle.file')
    const message = `${asked} names config bundles, and nobody may sign any; name public keys with ${signersName}`
    return [{ kind: 'missing', key: 'bundle.signers', message }]
  }
  if (signers.length === 0 || threshold <= signers.length) return []
  const message =
    `${envOf('bundle.threshold')}=${threshold} asks for more signers than the ${signers.length} of ${signersName}; ` +
    'lower it, or name more'
  return [{ kind: 'conflict', key: 'bundle.threshold', message }]
}

/** A caveat says where it is discharged, and is sealed for whoever does it. */
function issuerNeedsBoth({ capabilities }: NodeValues, envOf: EnvOf): Breach[] {
  const settings = [
    { key: 'capabilities.issuer_location', value: capabilities.issuerLocation },
    { key: 'capabilities.issuer_key_path', value: capabilities.issuerKeyPath },
  ]
  const [missing, ...others] = settings.filter(({ value }) => value === '')
  if (missing === undefined || others.length > 0) return []
  const given = settings.find(({ value }) => value !== '')?.key ?? ''
  const message = `${envOf(given)} needs ${missing.key} beside it; set ${envOf(missing.key)}, or neither`
  return [{ kind: 'missing', key: missing.key, message }]
}

function overlap(a: SocketAddress, b: SocketAddress): boolean {
  const sameHost = a.host.toLowerCase() === b.host.toLowerCase() || isWildcard(a.host) || isWildcard(b.host)
  return a.port !== 0 && a.port === b.port && sameHost
}
