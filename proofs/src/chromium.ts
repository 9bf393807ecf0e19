/**
 * A browser as people have it: Chromium, with a profile of its own that goes when the test file ends. What it is
 * told to run, it runs on a page or in a worker, out of reach of this process.
 */

import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import type * as AppSdk from '@ron/app-sdk'
import { chromium, type BrowserContext } from 'playwright-core'
import { inTime } from './eventually.ts'
import { need } from './programs.ts'
import { scratchFolder } from './scratch.ts'

/** A page, or a worker of one. */
interface Place {
  evaluate<Result>(expression: string): Promise<Result>
}

/** Runs `code` in such a place, with what the SDK exports there and with `given`. Values go there and back, nothing else. */
type Run = <Given, Result>(
  code: (sdk: typeof AppSdk, given: Given) => Result | Promise<Result>,
  given: Given,
) => Promise<Result>

const patienceMs = 60_000

export async function startChromium(): Promise<BrowserContext> {
  const profile = mkdtempSync(join(scratchFolder(), 'profile-'))
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: need('chromium'),
    headless: true,
    // The sandbox needs what containers and root do not have; all pages here are our own.
    chromiumSandbox: false,
    args: ['--disable-gpu', '--disable-background-networking'],
    env: { ...process.env, HOME: profile },
    timeout: patienceMs,
  })
  after(() => browser.close())
  browser.setDefaultTimeout(patienceMs)
  return browser
}

/** With the browser bundle from the origin of that place. */
export function runner(place: Place): Run {
  return (code, given) => {
    const call = `(sdk) => (${code.toString()})(sdk, ${JSON.stringify(given)})`
    return inTime('an answer of the page', place.evaluate(`import('/app-sdk.js').then(${call})`))
  }
}
