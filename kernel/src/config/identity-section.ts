/** Under which names and keys the node signs: its audit log, and what it says of itself to others. */

import { Type } from 'typebox'
import { duration, list, path, section, text } from '../contract/settings.ts'

export const identitySection = section({
  origin: text({
    default: 'localhost/audit',
    doc: 'Name of the key, and beginning of the name of each log it signs: a URL without its scheme.',
  }),
  keyPath: path({
    default: '',
    doc: 'PEM file (mode 0600) with the Ed25519 key that signs checkpoints; empty makes one in memory.',
  }),
  name: text({
    default: '',
    doc: 'Name that the node registers under; empty makes one of its profile and its key.',
  }),
  nodeKeyPath: path({
    default: '',
    doc: 'PEM file (mode 0600) with the Ed25519 key that is the node’s identity; empty makes one in memory.',
  }),
  addresses: list(Type.String({ maxLength: 256 }), {
    default: [],
    maxItems: 8,
    doc: 'URLs that the node registers for itself; none registers where it listens.',
  }),
  descriptorTtlMs: duration({
    default: '1h',
    minimum: '10s',
    maximum: '30d',
    doc: 'How long a descriptor of the node is good; it is renewed after a third of that.',
  }),
})
