/** What helps against a refusal of a code, where the one who refused said nothing more precise. */

import type { RefusalCode } from '@ron/kernel/contract/refusals'

export const usualFix: Readonly<Record<RefusalCode, string>> = {
  BadRequest: 'correct what the detail names; docs/REFERENCE.md has the shape of every operation',
  CapabilityMissing: 'send Authorization: Bearer TOKEN; ronctl token mint makes one',
  CapabilityInvalid: 'send a token of this node; one of before its restart, or of another root key, is none',
  CapabilityExpired: 'renew it with ronctl token mint, and see that both clocks agree',
  ProofRequired:
    'get a nonce from POST /zk/nonces, prove what the caveat asks for, and send both in ZK-Proof',
  CapabilityScope: 'ronctl token simulate says which caveat stops it; mint a token that covers it',
  PolicyDenied: 'change the rule of the policy, or ask within it',
  NotFound: 'check the name or the address; what was never put, or has been removed, is not there',
  MethodNotAllowed: 'use a method that the Allow header names',
  RequestTimeout: 'send faster, or raise timeouts.read',
  Conflict: 'read what is there, and try again with that',
  DigestMismatch: 'send the bytes again; they are not those of the digest',
  LengthRequired: 'send a Content-Length',
  PreconditionFailed: 'read it again, and use the ETag that it has now',
  TooLarge: 'send less at once, or raise the limit that the detail names',
  DecompressCap: 'send it uncompressed or less densely, or raise limits.decompress_ratio_cap',
  UnsupportedMedia: 'use a Content-Type and Content-Encoding that the operation takes',
  RangeNotSatisfiable: 'ask for a range within the length that Content-Range names',
  QuotaExceeded: 'wait as Retry-After says, ask less often, or raise the quota of the tenant',
  Busy: 'wait as Retry-After says and ask with fewer at once; ronctl top shows the inboxes',
  HeadersTooLarge: 'send fewer or shorter headers, or raise limits.max_header_bytes',
  Fault: 'the log has the stack under the trace id; report it',
  NotEnabled: 'enable it in the configuration; the detail names the setting',
  IntegrityFail: 'put the content again; what is stored no longer has its digest',
  Unavailable: 'wait as Retry-After says; ronctl status has the cause',
  NotReady: 'wait until ronctl ready says yes',
  Draining: 'ask another node, or this one after its restart',
  Timeout: 'ronctl top shows the inbox of the service; raise the limit of the operation or lower the load',
  Full: 'remove something, or raise the setting that the detail names',
}
