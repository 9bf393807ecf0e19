import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatFor } from './metrics-format.ts'

const open = 'application/openmetrics-text'
/** As Prometheus 2 and 3 send it. */
const prometheus = [
  `${open}; version=1.0.0,${open}; version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
  `${open};version=1.0.0;escaping=allow-utf-8;q=0.6,${open};version=0.0.1;q=0.5,` +
    'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
]

test('whoever asks for OpenMetrics gets it', () => {
  const asking = [open, `${open};version=1.0.0`, `${open}; q=0.5, */*;q=0.5`, `APPLICATION/OpenMetrics-Text`]
  for (const accept of [...prometheus, ...asking]) assert.equal(formatFor(accept), 'openmetrics', accept)
})

test('everybody else gets the text format', () => {
  const plain = [
    '',
    '*/*',
    'text/plain;version=0.0.4',
    'text/html,application/xhtml+xml,*/*;q=0.8',
    'application/*',
    `${open};q=0`,
    `${open};q=2`,
    `${open};q=x`,
    `${open};version=0.0.1`,
    `${open};version=2.0.0`,
    `${open};q=0.4,text/plain`,
    `${open};q=0.4,text/*;q=0.5`,
    `${open};q=0.4,*/*`,
    `x${open}`,
  ]
  for (const accept of [null, ...plain]) assert.equal(formatFor(accept), 'text', String(accept))
})
