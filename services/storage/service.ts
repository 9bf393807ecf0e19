/**
 * The storage service: turns requests into questions to `Objects` and `Media` and their answers into fields.
 */

import { service, type Call, type ResponseOf } from '@ron/kernel/contract/contract'
import type { storage } from './contract.ts'
import { mediaHandlers } from './media/handlers.ts'
import { Media } from './media/media.ts'
import type { Found } from './namespace.ts'
import { nameFault } from './object-name.ts'
import { Objects, type Written } from './objects.ts'
import { brokenPrecondition, etagOf } from './preconditions.ts'
import { answerRead, cacheControl, type Wanted } from './reading.ts'
import { State } from './state.ts'

type Operations = (typeof storage)['operations']
type Stored = ResponseOf<Operations['post']>
type Content = ResponseOf<Operations['get']>
type Refuse = Call<Operations['get']>['refuse']

const DEFAULT_TYPE = 'application/octet-stream'
const DEFAULT_PAGE = 100
/** Tenants in one answer about what they keep. */
const usageMax = 1_024

export default service<typeof storage>(async ({ config, ...ports }) => {
  const { log } = ports
  const state = await State.open(ports, config)
  const objects = new Objects(state, config)
  const media = config.mediaEnabled ? new Media(state, config, ports) : null
  log.info('storage is open', { bytes_max: config.bytesMax, verify_reads: config.verifyReads })

  async function serve(found: Found, wanted: Wanted, cache: string, refuse: Refuse): Promise<Content> {
    const answer = answerRead(found, wanted, cache)
    if (answer.kind === 'refused') return refuse(answer.code, answer.because, answer.more)
    const { head, start, end } = answer
    if (head.outcome === 'unchanged') return { ...head, body: new Uint8Array(0) }
    const { address } = found
    const reading = await objects.read(found, start, end)
    if (reading.kind === 'gone') return refuse('NotFound', `${address} was deleted while it was read`)
    if (reading.kind === 'corrupt') {
      return refuse('IntegrityFail', `what is stored under ${address} no longer hashes to it; store it again`)
    }
    return { ...head, body: reading.content }
  }

  return {
    handle: {
      ...mediaHandlers(media, config.mediaBytesMax),

      async get({ name, ...wanted }, { caller, refuse }) {
        const found =
          objects.find(caller.tenant, checked(name, refuse)) ??
          refuse('NotFound', `no object is named ${JSON.stringify(name)}`)
        return serve(found, wanted, cacheControl.byName, refuse)
      },

      async getByAddress({ address, ...wanted }, { caller, refuse }) {
        const found =
          objects.findAddress(caller.tenant, address) ??
          refuse('NotFound', `no content is stored under ${address}`)
        return serve(found, wanted, cacheControl.byAddress, refuse)
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

      usage: () => ({ items: state.budget.most(usageMax) }),
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

    stop() {
      media?.stop()
      return ports.blobs.close()
    },
  }
})

function checked(name: string, refuse: (code: 'BadRequest', message: string) => never): string {
  const fault = nameFault(name)
  return fault === undefined ? name : refuse('BadRequest', fault)
}

function storedAt({ outcome, address, bytes }: Written<'created' | 'known'>): Stored {
  return { outcome, address, bytes, location: `/o/${address}`, etag: etagOf(address) }
}
