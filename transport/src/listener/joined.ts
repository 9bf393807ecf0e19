/** Two doors of one surface as one listener: both stop and close together, and their numbers are sums. */

import type { Listener } from './listener.ts'

/** The port and the certificate are those of the first. */
export function joined(first: Listener, second: Listener): Listener {
  const both = [first, second] as const
  return {
    port: first.port,
    connections: () => first.connections() + second.connections(),
    inFlight: () => first.inFlight() + second.inFlight(),
    renewTls: (tls) => first.renewTls(tls),
    stopAccepting() {
      for (const one of both) one.stopAccepting()
    },
    async close(graceMs) {
      await Promise.all(both.map((one) => one.close(graceMs)))
    },
  }
}
