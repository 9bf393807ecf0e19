/**
 * The flow control of a subscription. The service may have a window of events on their way; the subscriber
 * returns places as it consumes, half a window at a time, so that one message serves many events. With less
 * than half a window unreturned, the service always has places left once all is consumed: nobody waits for ever.
 */

export const eventWindow = 32

/** How many places to return now that `consumed` events are consumed and not yet returned. */
export function placesToReturn(consumed: number, window: number): number {
  return consumed >= window / 2 ? consumed : 0
}
