/**
 * How many connections each address has open, so that one of them alone cannot take all there may be. An IPv6 peer counts
 * with everybody in its /64, which is what one customer is given. It knows no sockets.
 */

import type { ListenerLimits } from './listener.ts'

/** Of all connections, where nothing is set. */
const share = 3 / 4

export class PerAddress {
  readonly #max: number
  readonly #ownMax: number
  /** Of blocks that have any; no more than there are connections. */
  readonly #open = new Map<string, number>()

  constructor({
    connectionsMax,
    connectionsPerAddressMax,
  }: Pick<ListenerLimits, 'connectionsMax' | 'connectionsPerAddressMax'>) {
    const isSet = connectionsPerAddressMax > 0
    this.#max = isSet ? connectionsPerAddressMax : Math.max(1, Math.floor(connectionsMax * share))
    this.#ownMax = isSet ? connectionsPerAddressMax : connectionsMax
  }

  /** Counts one more, or says that the address has all it may have. One that could not be read counts nowhere. */
  admit(address: string): boolean {
    const block = blockOf(address)
    const open = this.#open.get(block) ?? 0
    if (block !== '' && open >= (isOwn(block) ? this.#ownMax : this.#max)) return false
    this.opened(address)
    return true
  }

  /** One more, whatever there are. */
  opened(address: string): void {
    const block = blockOf(address)
    if (block !== '') this.#open.set(block, (this.#open.get(block) ?? 0) + 1)
  }

  /** One that was counted is gone. */
  closed(address: string): void {
    const block = blockOf(address)
    const open = this.#open.get(block) ?? 0
    if (open > 1) this.#open.set(block, open - 1)
    else this.#open.delete(block)
  }
}

/** Behind a proxy on the same machine everybody comes from there. */
function isOwn(block: string): boolean {
  return block.startsWith('127.') || block === '0:0:0:0::/64'
}

/** An address as `addressText` writes it → itself, or the first four groups of IPv6. */
function blockOf(address: string): string {
  if (!address.includes(':')) return address
  const [front = [], back = []] = address.split('::').map((part) => part.split(':').filter(Boolean))
  const zeros = Array.from({ length: 8 - front.length - back.length }, () => '0')
  return `${[...front, ...zeros, ...back].slice(0, 4).join(':')}::/64`
}
