/** Whom a node believes about its configuration, and where signed bundles come from. No bundle may change any of it. */

import { Type } from 'typebox'
import { count, duration, flag, list, path, section, text } from '../contract/settings.ts'

export const bundleSection = section({
  signers: list(Type.String({ maxLength: 4096 }), {
    default: [],
    maxItems: 16,
    change: 'fixed',
    doc: 'PEM files with the public keys of who may sign config bundles; none turns bundles off.',
  }),
  threshold: count({
    default: 1,
    minimum: 1,
    maximum: 16,
    change: 'fixed',
    doc: 'How many different signers a config bundle needs.',
  }),
  hybrid: flag({
    default: false,
    change: 'fixed',
    doc: 'Ask each signer of a bundle for an ML-DSA-65 signature beside the one of Ed25519.',
  }),
  file: path({
    default: '',
    env: 'BUNDLE',
    flag: 'bundle',
    change: 'fixed',
    doc: 'Signed config bundle to start with; a node that may not take it does not start.',
  }),
  folder: text({
    default: '',
    change: 'fixed',
    doc: 'Folder that is watched for signed config bundles, files that end in .dsse.json.',
  }),
  probationMs: duration({
    default: '30s',
    minimum: '0ms',
    maximum: '1h',
    change: 'fixed',
    doc: 'How long a bundle is watched once applied; it is rolled back if the node does worse.',
  }),
  errorsMax: count({
    default: 10,
    minimum: 0,
    maximum: 100,
    change: 'fixed',
    doc: 'Failed answers in a hundred, more than before, at which a bundle on probation falls.',
  }),
  versionMin: count({
    default: 1,
    minimum: 1,
    change: 'fixed',
    doc: 'Lowest version of a config bundle that is taken, also by a node that has none yet.',
  }),
})
