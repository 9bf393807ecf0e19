/** What the kernel asks about all tenants; nobody outside may. */

import { operation } from '@ron/kernel/contract/contract'
import { Type } from 'typebox'
import { Count, fields } from './schemas.ts'

export const usage = operation({
  summary: 'Tells the kernel how many topics of tenants hold messages, those who have most first.',
  request: fields({}),
  requestBody: 'none',
  response: fields({
    items: Type.Array(fields({ tenant: Type.String(), topics: Count }), { maxItems: 1024 }),
  }),
  responseBody: 'none',
  events: null,
  refusals: [],
  timeoutMs: 1_000,
  door: null,
})
