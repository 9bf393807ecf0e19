/** The commands that need no running node: each reads the configuration, looks at something, and ends. */

import { explain, explanationText } from '../config/explain.ts'
import type { Loaded } from '../config/load.ts'
import { printJson, printToml } from '../config/print.ts'
import type { SocketAddress } from '../config/socket-address.ts'
import type { Clock } from '../ports/clock.ts'
import type { FileText } from '../system/files.ts'
import type { Machine } from '../system/machine.ts'
import { addressProbes, fileProbes, machineProbes } from './doctor.ts'
import { examine, findingsText, type Finding, type Probe } from './examination.ts'
import { exitCodes, refusedConfig, type Outcome } from './outcome.ts'
import type { Action } from './program.ts'
import { versionInfo, versionOutcome, type BuildInfo } from './version.ts'

/** What the commands may touch. */
export interface World {
  readonly build: BuildInfo
  readonly clock: Clock
  readonly readFile: (path: string) => FileText
  readonly machine: () => Machine
  /** What a start needs beside a sound configuration: native modules that load, files that hold what they should. */
  readonly startProbes: readonly Probe[]
  /** Listens for a moment; rejects with the reason when it cannot. */
  readonly canListen: (address: SocketAddress) => Promise<void>
}

/** Every command but `run`. */
export type Question = Exclude<Action, { readonly name: 'run' }>

export async function answer(question: Question, loaded: Loaded, world: World): Promise<Outcome> {
  switch (question.name) {
    case 'version':
      return versionOutcome(versionInfo(world.build, loaded))
    case 'config explain':
      return explainOutcome(loaded, question.key)
    case 'config print':
      return loaded.ok ? printOutcome(loaded) : refusedConfig(loaded)
    case 'config validate':
      return loaded.ok ? validOutcome(loaded) : refusedConfig(loaded)
    case 'check':
      return loaded.ok ? check(loaded, world) : refusedConfig(loaded)
    case 'doctor':
      return doctor(loaded, world)
  }
}

function explainOutcome(loaded: Loaded, key: string): Outcome {
  const explained = explain(loaded, key)
  if (!explained.ok) {
    return {
      exitCode: exitCodes.refused,
      text: explained.message,
      json: { ok: false, message: explained.message },
    }
  }
  const { explanation } = explained
  return { exitCode: exitCodes.ok, text: explanationText(explanation), json: explanation }
}

function printOutcome(loaded: Loaded): Outcome {
  return { exitCode: exitCodes.ok, text: printToml(loaded), json: printJson(loaded) }
}

function validOutcome(loaded: Loaded): Outcome {
  const { sources, file, profile } = printJson(loaded)
  const text = `${loaded.catalogue.profile.name} config validate: OK (${changesText(loaded)})`
  return { exitCode: exitCodes.ok, text, json: { ok: true, profile, file, sources } }
}

/** What an operator looks for first. */
const CHECKED = [
  ['bind_addr', 'node.bind_addr'],
  ['metrics_addr', 'node.metrics_addr'],
  ['log_level', 'log.level'],
] as const

async function check(loaded: Loaded, world: World): Promise<Outcome> {
  const probes = [...world.startProbes, ...fileProbes(loaded, world.readFile)]
  const findings = await examine(probes, world.clock)
  const { name } = loaded.catalogue.profile
  const summary = CHECKED.map(([word, key]) => `${word}=${String(loaded.effective.get(key)?.value)}`)
  if (findings.every(({ ok }) => ok)) {
    const text = `${name} check: OK (${summary.join(', ')})`
    return { exitCode: exitCodes.ok, text, json: { ok: true, findings } }
  }
  const failures = findings.filter(({ ok }) => !ok)
  const text = `${name} check: a start would fail\n${findingsText(failures)}`
  return { exitCode: exitCodes.unwell, text, json: { ok: false, findings } }
}

/** Looks at everything even when the configuration is wrong: the machine may be the reason. */
async function doctor(loaded: Loaded, world: World): Promise<Outcome> {
  const examined = await examine(
    [
      ...machineProbes(loaded, world.machine()),
      ...world.startProbes,
      ...fileProbes(loaded, world.readFile),
      ...addressProbes(loaded, world.canListen),
    ],
    world.clock,
  )
  const findings = [configFinding(loaded), ...examined]
  const wrong = findings.filter(({ ok }) => !ok).length
  const verdict = wrong === 0 ? 'all is well' : `${wrong} of ${findings.length} need attention`
  const text = `${loaded.catalogue.profile.name} doctor: ${verdict}\n${findingsText(findings)}`
  const exitCode = !loaded.ok ? exitCodes.refused : wrong === 0 ? exitCodes.ok : exitCodes.unwell
  return { exitCode, text, json: { ok: wrong === 0, findings } }
}

function configFinding(loaded: Loaded): Finding {
  const name = 'configuration'
  if (loaded.ok) return { name, ok: true, detail: changesText(loaded), fix: null }
  const detail = loaded.problems.map(({ message }) => message).join('; ')
  return { name, ok: false, detail, fix: 'config validate lists each problem' }
}

/** `file /etc/ron.toml, 2 from the environment, 1 flag`, or `defaults` */
function changesText(loaded: Loaded): string {
  const kinds = [...loaded.effective.values()].map(({ source }) => source.kind)
  const counted = (kind: string): number => kinds.filter((one) => one === kind).length
  const parts = [
    loaded.filePath === null ? null : `${counted('file')} from ${loaded.filePath}`,
    counted('env') === 0 ? null : `${counted('env')} from the environment`,
    counted('flag') === 0 ? null : `${counted('flag')} from flags`,
  ].filter((part) => part !== null)
  return `${kinds.length} settings${parts.length === 0 ? ', all default' : `: ${parts.join(', ')}`}`
}
