/**
 * What every driver of the `Listener` must do, against clients that write raw bytes. A driver's test calls
 * `listenerSuite`; what only one driver does is in its own test.
 */

import { test } from 'node:test'
import { answers } from './answers.suite.ts'
import { hostile, limits } from './hostile.suite.ts'
import { endings, leaving } from './leaving.suite.ts'
import type { Driver } from './listener.ts'
import { nameless } from './nameless.suite.ts'
import { oddRequests } from './odd.suite.ts'
import { parts } from './parts.suite.ts'
import { bodies, heads } from './requests.suite.ts'
import { silence } from './silence.suite.ts'
import { sockets } from './socket.suite.ts'
import type { Holds } from './staging.fixture.ts'
import { storm } from './storm.suite.ts'

/** `missing` says why this driver cannot be held to it here; every test is then skipped with that. */
export function listenerSuite(driver: Driver, missing: string | null = null): void {
  const skip = missing ?? false
  const holds: Holds = (title, run) => void test(`${driver.info.name}: ${title}`, { skip }, run)
  for (const part of [
    heads,
    bodies,
    answers,
    parts,
    hostile,
    oddRequests,
    limits,
    nameless,
    leaving,
    endings,
    silence,
    sockets,
    storm,
  ])
    part(driver, holds)
}
