/**
 * `/api/v1/config`: the signed bundle that governs the node. To look takes what the rest of the admin plane takes; to
 * plan and to change takes a capability with `config.admin`, wherever the admin surface listens.
 */

import { Refusal } from '@ron/kernel/contract/refusals'
import type { PlainAnswer, PlainRoute } from '@ron/transport/gateway/http-gateway'
import type { Exchange } from '@ron/transport/listener/listener'
import { json, type Guard } from './answers.ts'
import type { Asker } from './chaos.ts'

/** The configuration as the operator's door sees it. The composer fills it in; each rejects with a `Refusal`. */
export interface Config {
  status(): ConfigStatus
  /** `text` is a DSSE envelope. Nothing changes. */
  plan(text: string, force: boolean): Promise<ConfigPlan>
  /** Resolves when it is in force. */
  apply(text: string, force: boolean, by: Asker): Promise<ConfigPlan>
  /** To that version, or to the one before. */
  rollback(version: number | null, force: boolean, by: Asker): Promise<ConfigPlan>
  history(): object
  drift(): Promise<ConfigDrift>
}

export interface ConfigStatus {
  /** Whether a bundle is in force. */
  readonly governed: boolean
  /** 0 without one. */
  readonly version: number
  /** SHA-256 of what was signed, in hex. */
  readonly hash: string
  readonly signers: readonly string[]
  /** RFC 3339. */
  readonly expires: string | null
  /** `idle`, `doing`, `probation`, `undoing` or `torn`. */
  readonly phase: string
  readonly because: string
  readonly probation_left_ms: number | null
  readonly threshold: number
  readonly hybrid: boolean
  readonly trusted: readonly { readonly name: string; readonly id: string; readonly revoked: boolean }[]
  readonly warnings: readonly string[]
}

export interface ConfigPlan {
  /** Whether it may be applied; `refusals` say why not. */
  readonly ok: boolean
  readonly version: number
  readonly from_version: number
  readonly hash: string
  readonly signers: readonly string[]
  readonly expires: string | null
  readonly changes: readonly {
    readonly key: string
    readonly from: unknown
    readonly to: unknown
    /** `live`, `service`, `process` or `fixed`. */
    readonly takes: string
    readonly source: string
  }[]
  readonly policy_changes: boolean
  /** Ids of keys that count no more from then on. */
  readonly revokes: readonly string[]
  /** Services that restart, and what their clients notice. */
  readonly restarts: readonly string[]
  readonly drops: readonly string[]
  /** Settings that a running process cannot change. */
  readonly needs_process: readonly string[]
  readonly refusals: readonly { readonly rule: string; readonly because: string; readonly fix: string }[]
}

export interface ConfigDrift {
  readonly drifted: boolean
  readonly items: readonly {
    readonly what: string
    readonly expected: unknown
    readonly found: unknown
    readonly fix: string
  }[]
}

const envelopeBytesMax = 1024 * 1024
const bodyBytesMax = 1_024

/** `config` is null on a node that takes no bundles. */
export function configRoutes(config: Config | null, guard: Guard, changeGuard: Guard): readonly PlainRoute[] {
  const present = () => {
    if (config !== null) return config
    const fix = 'name who may sign them with bundle.signers'
    throw new Refusal('NotEnabled', 'this node takes no config bundles', {
      explain: { wall: 'bundle', rule: 'bundle.signers', fix },
    })
  }
  const reading = (path: string, read: (config: Config) => object | Promise<object>): PlainRoute => ({
    route: `GET /api/v1/config${path}`,
    async handle(exchange, { traceId }) {
      guard(exchange, traceId, 'admin.read')
      return json(200, await read(present()))
    },
  })
  const changing = (
    path: string,
    change: (config: Config, exchange: Exchange, force: boolean, by: Asker) => Promise<object>,
  ): PlainRoute => ({
    route: `POST /api/v1/config/${path}`,
    async handle(exchange, { traceId }): Promise<PlainAnswer> {
      const subject = changeGuard(exchange, traceId, 'config.admin')
      return json(200, await change(present(), exchange, forced(exchange.query), { subject, traceId }))
    },
  })
  return [
    reading('', (config) => config.status()),
    reading('/history', (config) => config.history()),
    reading('/drift', (config) => config.drift()),
    changing('plan', async (config, exchange, force) => config.plan(await envelopeOf(exchange), force)),
    changing('apply', async (config, exchange, force, by) =>
      config.apply(await envelopeOf(exchange), force, by),
    ),
    changing('rollback', async (config, exchange, force, by) =>
      config.rollback(versionOf(await exchange.readBody(bodyBytesMax)), force, by),
    ),
  ]
}

function forced(query: string): boolean {
  if (query !== '' && query !== 'force=true')
    throw new Refusal('BadRequest', 'the only query parameter here is force=true')
  return query !== ''
}

async function envelopeOf(exchange: Exchange): Promise<string> {
  return utf8Of(await exchange.readBody(envelopeBytesMax))
}

/** `{"version": 6}`, or nothing for the one before. */
function versionOf(body: Uint8Array): number | null {
  if (body.length === 0) return null
  const { version, ...others } = objectOf(utf8Of(body))
  if (typeof version === 'number' && Number.isSafeInteger(version) && Object.keys(others).length === 0)
    return version
  if (version === undefined && Object.keys(others).length === 0) return null
  throw new Refusal('BadRequest', 'the body is {"version":6}, or empty for the version before')
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return { ...Object(value) }
  } catch (cause) {
    throw new Refusal('BadRequest', 'the body is no JSON object', {}, { cause })
  }
}

function utf8Of(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (cause) {
    throw new Refusal('BadRequest', 'the body is no UTF-8', {}, { cause })
  }
}
