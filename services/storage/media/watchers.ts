/**
 * Who is told of objects that were stored: whoever makes something of them, thumbnails above all. Nobody is waited
 * for. What a watcher has no room for is counted, and told before anything newer.
 */

import type { MediaObject } from './shelf.ts'

export interface StoredEvent {
  readonly kind: 'stored' | 'lost'
  readonly name?: string
  readonly manifest?: string
  readonly bytes?: number
  readonly content_type?: string
  readonly count?: number
}

/** The watcher's end; a subscription's call is one. */
export interface Watcher {
  readonly signal: AbortSignal
  /** False when there is no room: nothing was sent. */
  readonly emit: (event: StoredEvent) => boolean
}

interface Watching {
  readonly tenant: string
  readonly watcher: Watcher
  readonly end: () => void
  /** Not told yet. */
  untold: number
  lost: number
}

export const watchersMax = 64

export class Watchers {
  readonly #watching = new Set<Watching>()

  get isFull(): boolean {
    return this.#watching.size >= watchersMax
  }

  /** Resolves with how many were lost when the watcher is gone or the service stops. Not to be called when full. */
  watch(tenant: string, watcher: Watcher): Promise<number> {
    if (watcher.signal.aborted) return Promise.resolve(0)
    return new Promise((resolve) => {
      const end = () => {
        watcher.signal.removeEventListener('abort', end)
        this.#watching.delete(watching)
        resolve(watching.lost)
      }
      const watching: Watching = { tenant, watcher, end, untold: 0, lost: 0 }
      watcher.signal.addEventListener('abort', end)
      this.#watching.add(watching)
    })
  }

  stored(tenant: string, { name, manifest, bytes, type }: MediaObject): void {
    const event = { kind: 'stored', name, manifest: manifest.address, bytes, content_type: type } as const
    for (const watching of this.#watching) if (watching.tenant === tenant) offer(watching, event)
  }

  /** Ends every watch. */
  stop(): void {
    for (const { end } of this.#watching) end()
  }
}

function offer(watching: Watching, event: StoredEvent): void {
  const { watcher, untold } = watching
  if (untold > 0 && watcher.emit({ kind: 'lost', count: untold })) watching.untold = 0
  if (watching.untold === 0 && watcher.emit(event)) return
  watching.untold++
  watching.lost++
}
