/**
 * The policy service as the wall's second layer sees it: what version is in force, and a question per request
 * that no cache answers. Hands the service the operator's bundle whenever it waits for one.
 */

import type { policy } from '@ron/services/policy/contract'
import { install } from '@ron/services/policy/installed'
import type { PolicyPort, PolicySnapshot } from '@ron/transport/wall/policy'
import type { Bus } from '../bus/bus.ts'
import type { Clock } from '../ports/clock.ts'
import type { Dispatch } from '../ports/dispatch.ts'
import type { Log } from '../ports/log.ts'
import type { Fields } from '../ports/port.ts'
import type { FileText } from '../system/files.ts'
import { follow, kernelCaller } from './follow.ts'

type Watch = (typeof policy)['operations']['watch']

export interface FollowedPolicy {
  readonly port: PolicyPort
  /** Registers the one observer of every change and loss. */
  onChange(observer: () => void): void
  stop(): void
}

/** The text of a bundle that the service will take. Throws a sentence for the operator when it would not. */
export function readBundle(path: string, readFile: (path: string) => FileText): string {
  const file = readFile(path)
  if (!file.ok) throw new Error(`policy.bundle_path: ${path} ${file.because}`)
  try {
    install(file.text)
  } catch (cause) {
    // The parser may quote the file, line ends and all.
    const because = (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s+/g, ' ')
    throw new Error(`policy.bundle_path: ${path}: ${because}`, { cause })
  }
  return file.text
}

/** Puts a bundle in force, whatever its version. Rejects with a `Refusal`, and then the one before may be in force. */
export async function installPolicy(dispatch: Dispatch, text: string): Promise<void> {
  const fields = { bundle_json: text, any_version: true }
  await dispatch.call('policy', 'install', fields, null, { caller: kernelCaller })
}

/**
 * `readText` gives the bundle that the service waits for, or throws a sentence. `changed` is told whether a policy is in
 * force, for the readiness gate.
 */
export function followPolicy(
  dispatch: Dispatch,
  bus: Bus,
  clock: Clock,
  log: Log,
  readText: () => string,
  changed: (inForce: boolean) => void,
): FollowedPolicy {
  let snapshot: PolicySnapshot | null = null
  let observer = () => {}

  const set = (next: PolicySnapshot | null) => {
    snapshot = next
    observer()
    changed(next !== null)
  }

  const installBundle = async () => {
    try {
      await installPolicy(dispatch, readText())
    } catch (cause) {
      const because = cause instanceof Error ? cause.message : String(cause)
      log.error('the policy bundle could not be installed; every request is denied', { because })
    }
  }

  const stop = follow<Watch>(dispatch, bus, clock, log, {
    service: 'policy',
    operation: 'watch',
    changed({ version, body_breaks: bodyBreaks }) {
      if (version === 0) void installBundle()
      set(version > 0 ? { version, bodyBreaks } : null)
    },
    lost: () => set(null),
  })

  return {
    stop,
    onChange(registered) {
      observer = registered
    },
    port: {
      snapshot: () => snapshot,
      async evaluate({ tenant, method, path, verb, tags, bodyBytes }) {
        const fields: Fields = {
          tenant,
          method,
          path,
          body_bytes: bodyBytes,
          tags: [`verb:${verb}`, ...tags],
        }
        // Asked for the tenant, so that it waits its turn behind no other's questions.
        const caller = { ...kernelCaller, tenant }
        const answer = await dispatch.call('policy', 'evaluate', fields, null, { caller })
        const { allow, rule, reason, version } = answer.fields
        return {
          allow: allow === true,
          rule: String(rule),
          reason: String(reason),
          version: Number(version),
        }
      },
    },
  }
}
