/**
 * The storage service: turns requests into questions to `Objects` and its answers into fields. Everything
 * HTTP knows about reading, tags, ranges and conditions, comes together in `serve`.
 */

import { service, type Call, type ResponseOf } from '@ron/kernel/contract/contract'
import type { storage } from './contract.ts'
import type { Found } from './namespace.ts'
import { nameFault } from './object-name.ts'
import { Objects, type Written } from './objects.ts'
import {
  brokenPrecondition,
  etagOf,
  isUnchanged,
  rangeStillFits,
  type Preconditions,
} from './preconditions.ts'
import { selectRange } from './range.ts'

type Operations = (typeof storage)['operations']
type Stored = ResponseOf<Operations['post']>
type Content = ResponseOf<Operations['get']>
type Refuse = Call<Operations['get']>['refuse']

interface Conditions extends Preconditions {
  readonly range?: string
  readonly if_range?: string
}

const DEFAULT_TYPE = 'application/octet-stream'
const DEFAULT_PAGE = 100
/** Private, because a shared cache must not hand one holder's content to another. */
const FOREVER = 'private, max-age=31536000, immutable'
const REVALIDATE = 'private, no-cache'

export default service<typeof storage>(async ({ config, log, journal, blobs }) => {
  const objects = await Objects.open(blobs, journal, config, log)
  log.info('storage is open', { bytes_max: config.bytesMax, verify_reads: config.verifyReads })

  /** Reads content that was found, under the conditions the caller set (RFC 9110 §13.2.2). */
  async function serve(found: Found, wanted: Conditions, cache: string, refuse: Refuse): Promise<Content> {
    const { address } = found
    const head = {
      address,
      etag: etagOf(address),
      content_type: found.type,
      accept_ranges: 'bytes',
      cache_control: cache,
    }
    if (isUnchanged(wanted.if_none_match, address)) {
      return { outcome: 'unchanged', ...head, body: new Uint8Array(0) }
    }
    const selection = rangeStillFits(wanted.if_range, address)
      ? selectRange(wanted.range, found.bytes)
      : { kind: 'whole' as const }
    if (selection.kind === 'unsatisfiable') {
      return refuse(
        'RangeNotSatisfiable',
        `the content has ${found.bytes} bytes and ${wanted.range} none of them`,
        {
          headers: { 'content-range': `bytes */${found.bytes}` },
        },
      )
    }
    const reading = await objects.read(found)
    if (reading.kind === 'gone') return refuse('NotFound', `${address} was deleted while it was read`)
    if (reading.kind === 'corrupt') {
      return refuse('IntegrityFail', `what is stored under ${address} no longer hashes to it; store it again`)
    }
    if (selection.kind === 'whole') return { outcome: 'whole', ...head, body: reading.content }
    const { start, end } = selection
    const content_range = `bytes ${start}-${end - 1}/${found.bytes}`
    return { outcome: 'part', ...head, content_range, body: reading.content.slice(start, end) }
  }

  return {
    handle: {
      async get({ name, ...wanted }, { caller, refuse }) {
        const found =
          objects.find(caller.tenant, checked(name, refuse)) ??
          refuse('NotFound', `no object is named ${JSON.stringify(name)}`)
        requireMatch(wanted, found, refuse)
        return serve(found, wanted, REVALIDATE, refuse)
      },

      async getByAddress({ address, ...wanted }, { caller, refuse }) {
        const found =
          objects.findAddress(caller.tenant, address) ??
          refuse('NotFound', `no content is stored under ${address}`)
        requireMatch(wanted, found, refuse)
        return serve(found, wanted, FOREVER, refuse)
      },

      async put({ name, body, expected, content_type: type = DEFAULT_TYPE, ...wanted }, { caller, refuse }) {
        const incoming = { content: body, type, expected }
        const put = await objects.put(caller.tenant, checked(name, refuse), incoming, (current) =>
          brokenPrecondition(wanted, current),
        )
        if ('refused' in put) return refuse(put.refused, put.because)
        return {
          outcome: put.outcome,
          name,
          address: put.address,
          bytes: put.bytes,
          etag: etagOf(put.address),
        }
      },

      async remove({ name, ...wanted }, { caller, refuse }) {
        const refused = await objects.remove(caller.tenant, checked(name, refuse), (current) =>
          brokenPrecondition(wanted, current),
        )
        return refused === undefined ? {} : refuse(refused.refused, refused.because)
      },

      list({ prefix = '', after = '', limit = DEFAULT_PAGE }, { caller }) {
        const { items, more } = objects.list(caller.tenant, prefix, after, limit)
        const last = items.at(-1)
        return {
          items: items.map(({ name, address, bytes, type }) => ({
            name,
            address,
            bytes,
            content_type: type,
          })),
          ...(more && last !== undefined ? { next: last.name } : {}),
        }
      },

      async post({ body, expected, content_type: type = DEFAULT_TYPE }, { caller, refuse }) {
        const pinned = await objects.pin(caller.tenant, { content: body, type, expected })
        return 'refused' in pinned ? refuse(pinned.refused, pinned.because) : storedAt(pinned)
      },

      async putByAddress({ address, body, content_type: type = DEFAULT_TYPE }, { caller, refuse }) {
        const pinned = await objects.pin(caller.tenant, { content: body, type, expected: address })
        return 'refused' in pinned ? refuse(pinned.refused, pinned.because) : storedAt(pinned)
      },

      async removeByAddress({ address }, { caller, refuse }) {
        const refused = await objects.unpin(caller.tenant, address)
        return refused === undefined ? {} : refuse(refused.refused, refused.because)
      },

      stat({ address }, { caller }) {
        const found = objects.findAddress(caller.tenant, address)
        return { known: found !== undefined, bytes: found?.bytes ?? 0 }
      },
    },

    health() {
      const [address] = objects.corrupt
      if (address === undefined) return { state: 'ready' }
      const others = objects.corrupt.size - 1
      const which = others === 0 ? address : `${address} and ${others} more`
      return {
        state: 'degraded',
        because: `${which} failed the integrity check; store it again or delete it`,
      }
    },

    stop: () => blobs.close(),
  }
})

function checked(name: string, refuse: (code: 'BadRequest', message: string) => never): string {
  const fault = nameFault(name)
  return fault === undefined ? name : refuse('BadRequest', fault)
}

/** `if-none-match` is not among these: on a read it asks for less, it does not forbid. */
function requireMatch({ if_match }: Preconditions, found: Found, refuse: Refuse): void {
  const broken = if_match === undefined ? undefined : brokenPrecondition({ if_match }, found.address)
  if (broken !== undefined) refuse('PreconditionFailed', broken)
}

function storedAt({ outcome, address, bytes }: Written<'created' | 'known'>): Stored {
  return { outcome, address, bytes, location: `/o/${address}`, etag: etagOf(address) }
}
