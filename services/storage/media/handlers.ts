/** The operations of media as handlers: fields become questions to `Media`, and its answers become fields. */

import type { Call, Handler } from '@ron/kernel/contract/contract'
import type { RefusalCode, RefusalMore } from '@ron/kernel/contract/refusals'
import { nameFault } from '../object-name.ts'
import { brokenPrecondition, etagOf } from '../preconditions.ts'
import { answerRead, cacheControl, type Wanted } from '../reading.ts'
import type { Reading } from '../vault.ts'
import { pieceBytesMax } from './cut.ts'
import { manifestType } from './manifest.ts'
import type { Media, Progress } from './media.ts'
import { typeIn } from './metadata.ts'
import type { mediaOperations } from './operations.ts'
import type { MediaObject } from './shelf.ts'
import { watchersMax } from './watchers.ts'
import { locationOf, pieceType, progressFields, tusExtensions, tusVersion } from './tus.ts'

type Operations = typeof mediaOperations
type Handlers = { readonly [Name in keyof Operations]: Handler<Operations[Name]> }
type Refuse<Code extends RefusalCode> = (
  code: Code | 'BadRequest',
  message: string,
  more?: RefusalMore,
) => never
type GetCall = Call<Operations['mediaGet']>

const defaultPage = 100
const nothing = new Uint8Array(0)

/** `null` for a node that does not serve media. */
export function mediaHandlers(served: Media | null, bytesMax: number): Handlers {
  function on(refuse: Refuse<'NotFound'>): Media {
    return (
      served ??
      refuse('NotFound', 'media is not served here; set MICRO_MEDIA_ENABLED=1 or storage.media_enabled=true')
    )
  }

  /** The upload, if it is one of this name: the wall was asked about the path. */
  function uploadOf(
    media: Media,
    tenant: string,
    name: string,
    id: string,
    refuse: Refuse<'NotFound'>,
  ): Progress {
    const progress = media.progress(tenant, id)
    return progress?.name === name
      ? progress
      : refuse(
          'NotFound',
          `no upload ${id} of ${JSON.stringify(name)} is in progress; begin a new one`,
          spoken,
        )
  }

  function objectOf(media: Media, tenant: string, name: string, refuse: Refuse<'NotFound'>): MediaObject {
    return media.find(tenant, name) ?? refuse('NotFound', `no media is named ${JSON.stringify(name)}`)
  }

  return {
    mediaLimits(_, { refuse }) {
      on(refuse)
      return {
        tus: tusVersion,
        versions: tusVersion,
        extensions: tusExtensions,
        bytes_max: bytesMax,
        piece_bytes_max: pieceBytesMax,
      }
    },

    async mediaCreate({ name, bytes, metadata = '', content_type, tus }, { caller, refuse }) {
      const media = on(refuse)
      understood(tus, refuse)
      const fault = nameFault(name)
      if (fault !== undefined) return refuse('BadRequest', fault, spoken)
      if (bytes === undefined || bytes === 0)
        return refuse('LengthRequired', 'say with Upload-Length how many bytes will come, at least 1', spoken)
      const told = typeIn(metadata)
      if ('fault' in told) return refuse('BadRequest', told.fault, spoken)
      const begun = await media.begin(caller.tenant, name, bytes, content_type ?? told.type, metadata)
      if ('refused' in begun) return refuse(begun.refused, begun.because, spoken)
      return { upload: begun.id, location: locationOf(begun), ...progressFields(begun) }
    },

    async mediaAppend(
      { name, upload, upload_offset: offset, content_type: type, tus, body },
      { caller, refuse },
    ) {
      const media = on(refuse)
      understood(tus, refuse)
      if (type !== undefined && type !== pieceType)
        return refuse('UnsupportedMedia', `a piece has the Content-Type ${pieceType}`, spoken)
      const { tenant } = caller
      const { id } = uploadOf(media, tenant, name, upload, refuse)
      const progress = await media.append(tenant, id, offset, body)
      if ('refused' in progress) return refuse(progress.refused, progress.because, spoken)
      const { object } = progress
      const fields = progressFields(progress)
      return object === null ? fields : { ...fields, etag: etagOf(object.manifest.address) }
    },

    async mediaGet({ name, upload, manifest: asManifest = false, ...wanted }, call) {
      const { caller, refuse } = call
      const media = on(refuse)
      if (upload !== undefined) {
        const progress = uploadOf(media, caller.tenant, name, upload, refuse)
        const { bytes: length, metadata } = progress
        const told = { ...progressFields(progress), length, ...(metadata === '' ? {} : { metadata }) }
        return { outcome: 'uploading', bytes: 0, cache_control: 'no-store', ...told, body: nothing }
      }
      const object = objectOf(media, caller.tenant, name, refuse)
      return asManifest ? manifestAnswer(media, object, wanted, call) : answer(media, object, wanted, call)
    },

    async mediaRest({ name, manifest, start, end }, { caller, refuse }) {
      const media = on(refuse)
      const object = objectOf(media, caller.tenant, name, refuse)
      if (object.manifest.address !== manifest)
        return refuse('NotFound', `${JSON.stringify(name)} was replaced while it was read`)
      const body = contentOf(await media.read(object, start, end), name, refuse)
      return { ...nextOf(object, start + body.length, end), body }
    },

    async mediaRemove({ name, upload, if_match, tus }, { caller, refuse }) {
      const media = on(refuse)
      understood(tus, refuse)
      const { tenant } = caller
      if (upload !== undefined) {
        const { id } = uploadOf(media, tenant, name, upload, refuse)
        if (await media.abandon(tenant, id)) return { tus: tusVersion }
        return refuse('NotFound', `the upload ${id} is finished; delete the object`, spoken)
      }
      const object = objectOf(media, tenant, name, refuse)
      const broken = brokenPrecondition({ if_match }, object.manifest.address)
      if (broken !== undefined) return refuse('PreconditionFailed', broken)
      await media.discard(tenant, object)
      return { tus: tusVersion }
    },

    async mediaWatch(_, call) {
      const { watchers } = on(call.refuse)
      if (watchers.isFull) return call.refuse('Busy', `${watchersMax} watch what is stored; end one`)
      return { lost: await watchers.watch(call.caller.tenant, call) }
    },

    mediaList({ prefix = '', after = '', limit = defaultPage }, { caller, refuse }) {
      const { items, more } = on(refuse).list(caller.tenant, prefix, after, limit)
      const last = items.at(-1)
      return {
        items: items.map(({ name, manifest, bytes, type }) => ({
          name,
          manifest: manifest.address,
          bytes,
          content_type: type,
        })),
        ...(more && last !== undefined ? { next: last.name } : {}),
      }
    },
  }
}

/** Every answer about an upload says which tus it speaks. */
const spoken: RefusalMore = { headers: { 'tus-resumable': tusVersion, 'tus-version': tusVersion } }

function understood(tus: string | undefined, refuse: Refuse<'PreconditionFailed'>): void {
  if (tus === undefined || tus === tusVersion) return
  refuse('PreconditionFailed', `this node speaks tus ${tusVersion}, not ${tus}`, spoken)
}

async function answer(media: Media, object: MediaObject, wanted: Wanted, { refuse }: GetCall) {
  const { name, bytes, type, manifest } = object
  const { head, start, end } = selected({ ...manifest, bytes, type }, wanted, refuse)
  if (start === end) return { ...head, bytes: 0, body: nothing }
  const body = contentOf(await media.read(object, start, end), name, refuse)
  return { ...head, bytes: end - start, ...nextOf(object, start + body.length, end), body }
}

async function manifestAnswer(media: Media, object: MediaObject, wanted: Wanted, { refuse }: GetCall) {
  const { head, start, end } = selected({ ...object.manifest, type: manifestType }, wanted, refuse)
  if (start === end) return { ...head, bytes: 0, body: nothing }
  const content = contentOf(await media.readManifest(object), object.name, refuse)
  return { ...head, bytes: end - start, body: content.slice(start, end) }
}

function selected(found: Parameters<typeof answerRead>[0], wanted: Wanted, refuse: GetCall['refuse']) {
  const answer = answerRead(found, wanted, cacheControl.byName)
  if (answer.kind === 'refused') return refuse(answer.code, answer.because, answer.more)
  const { address: manifest, ...head } = answer.head
  return { head: { ...head, manifest }, start: answer.start, end: answer.end }
}

/** What gives the bytes from `start` on, unless that is the end. */
function nextOf({ name, manifest }: MediaObject, start: number, end: number) {
  return start < end ? { next: { name, manifest: manifest.address, start, end } } : {}
}

function contentOf(reading: Reading, name: string, refuse: Refuse<'NotFound' | 'IntegrityFail'>): Uint8Array {
  switch (reading.kind) {
    case 'content':
      return reading.content
    case 'gone':
      return refuse('NotFound', `${JSON.stringify(name)} was deleted while it was read`)
    case 'corrupt':
      return refuse(
        'IntegrityFail',
        `a part of ${JSON.stringify(name)} no longer hashes to its address; upload it again`,
      )
  }
}
