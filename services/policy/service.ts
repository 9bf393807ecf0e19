/**
 * The policy service: keeps the bundle in force and answers by it. A node that was given a bundle file
 * decides nothing before that bundle arrives, because the built-in one may allow what the file denies. For
 * the same reason a restarted thread goes on with the bundle that was in force, and not with an earlier one.
 */

import { service } from '@ron/kernel/contract/contract'
import { Latest } from '../latest.ts'
import { Whole } from '../whole.ts'
import type { policy } from './contract.ts'
import { defaultBundle } from './default-bundle.ts'
import { explain } from './explain.ts'
import { install, successionFault, type Installed } from './installed.ts'
import { BundleError } from './reading.ts'

const WAITING = 'the bundle of policy.bundle_path is not installed yet'

export default service<typeof policy>(async ({ config, journal, log }) => {
  const kept = await Whole.open(journal, log)
  const builtIn = config.bundlePath === '' ? JSON.stringify(defaultBundle, null, 2) : null
  const text = kept.text ?? builtIn
  const current = new Latest<Installed | undefined>(text === null ? undefined : install(text))

  function replace(
    text: string,
    refuse: (code: 'BadRequest' | 'Conflict', message: string) => never,
    anyVersion = false,
  ) {
    const next = installedOr(text, (because) => refuse('BadRequest', because))
    const fault = anyVersion ? undefined : successionFault(current.value, next)
    if (fault !== undefined) refuse('Conflict', fault)
    kept.record(next.text)
    current.set(next)
    const { version, rules } = next.bundle
    log.info('policy bundle in force', { version, rules: rules.length })
    return kept.acknowledge({ version, rules: rules.length })
  }

  return {
    handle: {
      evaluate({ region, body_bytes: bodyBytes, ...input }, { refuse }) {
        const { evaluate } = current.value ?? refuse('NotReady', WAITING)
        return { ...evaluate({ ...input, region, bodyBytes }) }
      },

      async watch(_request, call) {
        await current.follow(call, (installed) => ({
          version: installed?.bundle.version ?? 0,
          body_breaks: [...(installed?.bodyBreaks ?? [])],
        }))
        return {}
      },

      install: ({ bundle_json: text, any_version: any }, { refuse }) => replace(text, refuse, any),

      putBundle: ({ body }, { refuse }) =>
        replace(
          utf8Or(body, (because) => refuse('BadRequest', because)),
          refuse,
        ),

      getBundle(_request, { refuse }) {
        const { text, bundle } = current.value ?? refuse('NotReady', WAITING)
        return {
          version: bundle.version,
          content_type: 'application/json',
          etag: `"${bundle.version}"`,
          body: new TextEncoder().encode(text),
        }
      },

      simulate(request, { caller, refuse }) {
        const { bundle } = current.value ?? refuse('NotReady', WAITING)
        const { decision, trace } = explain(bundle, {
          tenant: request.tenant ?? caller.tenant,
          method: request.method,
          path: request.path,
          region: request.region,
          bodyBytes: request.body_bytes ?? 0,
          tags: request.tags ?? [],
        })
        return { ...decision, trace: [...trace] }
      },
    },

    health: () =>
      current.value === undefined ? { state: 'degraded', because: WAITING } : { state: 'ready' },

    stop: async () => {},
  }
})

function installedOr(text: string, refuse: (because: string) => never): Installed {
  try {
    return install(text)
  } catch (cause) {
    if (cause instanceof BundleError) return refuse(cause.message)
    throw cause
  }
}

function utf8Or(body: Uint8Array, refuse: (because: string) => never): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return refuse('the bundle is not UTF-8; send JSON text in UTF-8')
  }
}
