/**
 * What the compiler promises the users of the SDK, held by compiling this file: requests and answers are
 * exact, and nothing is `any`. It is not run.
 */

import type { Content, Operations, SDK, SdkOptions } from './sdk.ts'

type IsAny<T> = 0 extends 1 & T ? true : false
/** Either can stand for the other, and neither for everything. */
type Same<A, B> = [IsAny<A>, A, B] extends [false, B, A] ? true : false

export async function requests(sdk: SDK, body: Uint8Array, signal: AbortSignal | undefined) {
  await sdk.objects.put({ name: 'a', body, if_none_match: '*' }, { signal, timeoutMs: 1_000 })
  // @ts-expect-error the body is required
  await sdk.objects.put({ name: 'a' })
  // @ts-expect-error a body is bytes
  await sdk.objects.put({ name: 'a', body: 'text' })
  // @ts-expect-error a field of another operation
  await sdk.objects.put({ name: 'a', body, range: 'bytes=0-1' })
  // @ts-expect-error a field that is missing
  await sdk.objects.get({})
  // @ts-expect-error nor can the whole request be missing then
  await sdk.objects.get()
  // @ts-expect-error a field of the wrong type
  await sdk.feed.home({ user: 'alice', limit: '10' })
  // @ts-expect-error a word that is not one of the list
  await sdk.graph.neighbors({ node: 'a', direction: 'up' })
  // @ts-expect-error an operation there is not
  await sdk.objects.rename({ name: 'a' })
  // @ts-expect-error a group there is not
  await sdk.wallet.balance({})
  // @ts-expect-error an option there is not
  await sdk.objects.list({}, { retries: 3 })

  await sdk.objects.list()
  await sdk.policy.getBundle()
  // @ts-expect-error a request without fields takes none
  await sdk.policy.getBundle({ version: 1 })
}

export async function answers(sdk: SDK) {
  const got = await sdk.objects.get({ name: 'a' })
  const { items, next_cursor } = await sdk.feed.home({ user: 'alice' })
  const removed = await sdk.objects.remove({ name: 'a' })
  // @ts-expect-error an answer is not to be changed
  got.etag = ''
  // @ts-expect-error a plain call has no bytes
  const { body } = await sdk.feed.home({ user: 'alice' })
  return [body, true, true, true, true, true, true] satisfies [
    unknown,
    Same<typeof got, Operations['objects']['get']['response']>,
    Same<typeof got.body, Uint8Array<ArrayBuffer>>,
    Same<typeof got.outcome, 'whole' | 'part' | 'unchanged'>,
    Same<(typeof items)[number]['attrs'], Readonly<Record<string, string>>>,
    Same<typeof next_cursor, string | undefined>,
    Same<typeof removed.name, undefined>,
  ]
}

export async function subscriptions(sdk: SDK, signal: AbortSignal) {
  for await (const event of sdk.feed.watchHome({ user: 'alice' }, { signal })) {
    // @ts-expect-error a field no event has
    if (event.likes) break
    return [true, true] satisfies [
      Same<typeof event.kind, 'post' | 'lost'>,
      Same<typeof event.author, string | undefined>,
    ]
  }
  // @ts-expect-error a subscription is no promise of an answer
  return sdk.feed.watchHome({ user: 'alice' }).then
}

export async function paths(sdk: SDK, stream: ReadableStream<Uint8Array>) {
  interface Follow {
    readonly user: string
    readonly author: string
  }
  const follow: Follow = { user: 'alice', author: 'bob' }
  await sdk.put('/objects/a', new TextEncoder().encode('hi'))
  await sdk.put('/objects/a', Buffer.from('hi'))
  await sdk.put('/objects/a', stream)
  await sdk.post('/feed/follow', follow)
  // @ts-expect-error a number is no content
  await sdk.put('/objects/a', 7)
  const content = await sdk.get('/feed/home?user=alice')
  // @ts-expect-error a stream has to be asked for
  content.getReader()
  // Such as the web's interfaces take: `Blob`, `TextDecoderStream`.
  const download = await sdk.open('/objects/a')
  return [true, true] satisfies [
    Same<typeof content, Content>,
    Same<typeof download, ReadableStream<Uint8Array<ArrayBuffer>>>,
  ]
}

export function options(cap: string | undefined): SdkOptions[] {
  return [
    { baseUrl: 'http://127.0.0.1:8080', cap },
    { baseUrl: 'http://127.0.0.1:8080', carrier: 'oap', retry: { attemptsMax: 1 } },
    // @ts-expect-error a carrier there is not
    { baseUrl: 'http://127.0.0.1:8080', carrier: 'tcp' },
    // @ts-expect-error the base URL is required
    { cap },
  ]
}
