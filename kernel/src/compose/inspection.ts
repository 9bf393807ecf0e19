/** What a running node says of its settings, and of the machine that it runs on. */

import type { Inspection } from '@ron/admin/inspection'
import { machineProbes } from '../cli/doctor.ts'
import { examine, type Probe } from '../cli/examination.ts'
import type { Loaded } from '../config/load.ts'
import { printJson } from '../config/print.ts'
import type { Clock } from '../ports/clock.ts'
import { readTextFile, type FileText } from '../system/files.ts'
import { readMachine } from '../system/machine.ts'

/** A burst of so many connections is nothing special. */
const backlogLeast = 512

/** `inForce` gives the settings as they are now. */
export function inspectionOf(inForce: () => Loaded & { readonly ok: true }, clock: Clock): Inspection {
  return {
    settings: () => printJson(inForce()),
    async machine() {
      const probes = [...machineProbes(inForce(), readMachine(readTextFile)), backlogProbe(readTextFile)]
      return { findings: await examine(probes, clock) }
    },
  }
}

/** Connections that the system holds until the node has accepted them. */
export function backlogProbe(readFile: (path: string) => FileText): Probe {
  return {
    name: 'backlog',
    fix: 'sysctl -w net.core.somaxconn=4096, or connections are lost when many come at once',
    async look() {
      const file = readFile('/proc/sys/net/core/somaxconn')
      const backlog = file.ok ? Number(file.text) : Number.NaN
      if (!Number.isInteger(backlog)) return 'this system does not tell'
      const sentence = `net.core.somaxconn is ${backlog}`
      if (backlog < backlogLeast) throw new Error(`${sentence}, at least ${backlogLeast} is wanted`)
      return sentence
    },
  }
}
