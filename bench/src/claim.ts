/** The request that tokens are measured with. */

import { noTenant } from '@ron/transport/oap/frame'

export const claim = {
  service: 'storage',
  operation: 'get',
  verb: 'objects.read',
  method: 'GET',
  surface: 'http',
  tenant: noTenant,
  peer: '192.0.2.1',
  traceId: '0'.repeat(32),
  tags: ['http', 'storage'],
} as const
