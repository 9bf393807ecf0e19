/**
 * `Dispatch` with the objects read of late kept in this thread: a read that finds its object here is answered at
 * once, by the same rules as in the service, and everything else goes on to the service.
 */

import { KeptReads, type KeptRead } from '@ron/services/storage/kept-reads'
import type { Found } from '@ron/services/storage/namespace'
import { answerRead, cacheControl, stampKey, type Wanted } from '@ron/services/storage/reading'
import { Refusal } from '../contract/refusals.ts'
import type { Answer, Dispatch } from '../ports/dispatch.ts'
import type { Fields, Value } from '../ports/port.ts'
import type { Stamps } from '../ports/stamps.ts'

export interface NearStorage {
  readonly dispatch: Dispatch
  /** Overwrites what is kept, once nobody is answered any more. */
  wipe(): void
}

interface KeyedRead {
  readonly key: string
  readonly cacheControl: string
}

/** `met` is told of every read whether it was answered here. With no bytes or no stamps nothing is kept. */
export function nearStorage(
  far: Dispatch,
  stamps: Stamps | null,
  bytesMax: number,
  met: (here: boolean) => void,
): NearStorage {
  if (stamps === null || bytesMax === 0) return { dispatch: far, wipe() {} }
  const kept = new KeptReads(stamps, bytesMax)
  /** Answers without conditions, which are the same each time. What is kept is kept under one key, so answers one operation. */
  const wholes = new WeakMap<KeptRead, Answer>()

  function keep(key: string, stamp: number, { fields, body }: Answer): void {
    if (body === null) return
    const found = foundOf(fields, body.length)
    if (found !== null) kept.keep(key, stamp, found, body)
  }

  function answered(hit: KeptRead, wanted: Wanted | null, control: string): Answer {
    if (wanted !== null) return answerOf(hit, wanted, control)
    const known = wholes.get(hit)
    if (known !== undefined) return known
    const whole = { ...answerOf(hit, {}, control), lasting: true } as const
    wholes.set(hit, whole)
    return whole
  }

  return {
    dispatch: {
      call(service, operation, fields, body, options) {
        const read = service === 'storage' ? keyedRead(operation, fields, options.caller.tenant) : null
        if (read === null) return far.call(service, operation, fields, body, options)
        const { key } = read
        const hit = kept.find(key)
        met(hit !== undefined)
        if (hit !== undefined) return answered(hit, wantedOf(fields), read.cacheControl)
        const stamp = kept.stampOf(key)
        const asked = async () => {
          const answer = await far.call(service, operation, fields, body, options)
          keep(key, stamp, answer)
          return answer
        }
        return asked()
      },
      // What is read may be here, which takes no room there.
      full: (service, operation, tenant) =>
        service === 'storage' && reads.has(operation) ? null : far.full(service, operation, tenant),
    },
    wipe: () => kept.wipe(),
  }
}

/** Operations that may be answered here. */
const reads: ReadonlySet<string> = new Set(['get', 'getByAddress'])

/** Null for what is no read of an object. */
function keyedRead(operation: string, { name, address }: Fields, tenant: string): KeyedRead | null {
  if (operation === 'get' && typeof name === 'string')
    return { key: stampKey.name(tenant, name), cacheControl: cacheControl.byName }
  if (operation === 'getByAddress' && typeof address === 'string')
    return { key: stampKey.address(tenant, address), cacheControl: cacheControl.byAddress }
  return null
}

function answerOf({ found, content }: KeptRead, wanted: Wanted, control: string): Answer {
  const answer = answerRead(found, wanted, control)
  if (answer.kind === 'refused') throw new Refusal(answer.code, answer.because, answer.more)
  const { head, start, end } = answer
  const body = head.outcome === 'whole' ? content : content.subarray(start, end)
  return { fields: { ...head }, body }
}

/** What the fields of a whole answer say was found; null for any other answer. */
function foundOf({ outcome, address, content_type: type }: Fields, bytes: number): Found | null {
  const isWhole = outcome === 'whole' && typeof address === 'string' && typeof type === 'string'
  return isWhole ? { address, type, bytes } : null
}

/** The conditions of a request that its schema has passed; null for none. */
function wantedOf({ range, if_range, if_match, if_none_match }: Fields): Wanted | null {
  if (range === undefined && if_match === undefined && if_none_match === undefined) return null
  return {
    range: textOf(range),
    if_range: textOf(if_range),
    if_match: textOf(if_match),
    if_none_match: textOf(if_none_match),
  }
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
