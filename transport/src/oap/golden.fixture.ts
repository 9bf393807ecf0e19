/**
 * Frames whose bytes are fixed by OAP/1 §1 and by upstream's own round trips. The codec must reproduce every
 * one byte for byte; the fuzz targets start from them.
 */

import { noBytes } from './bytes.ts'
import { flag, noTenant, type Frame } from './frame.ts'

export interface Golden {
  readonly name: string
  readonly hex: string
  readonly frame: Frame
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const tenant = (low: string): string => low.padStart(32, '0')

const none = { code: 0, appProtoId: 0, tenant: noTenant, corrId: 0n, cap: noBytes, payload: noBytes }
const dd = { ...none, code: 200, appProtoId: 200, tenant: tenant('dd'), corrId: 123n }
const upstreamReply =
  '{"max_frame":1048576,"max_inflight":64,"flags_supported":255,"versions":[1],"transports":["tcp+tls"]}'

export const golden: readonly Golden[] = [
  {
    name: 'HELLO',
    hex: '000000360001000100000000000000000000000000000000000000aa0000000000000000002a7b227561223a2273646b2f302e31227d',
    frame: { ...none, flags: flag.REQ, tenant: tenant('aa'), corrId: 42n, payload: text('{"ua":"sdk/0.1"}') },
  },
  {
    name: 'HELLO without ua',
    hex: '00000031000100010000000000000000000000000000000000000000000000000000000000007b227561223a6e756c6c7d',
    frame: { ...none, flags: flag.REQ, payload: text('{"ua":null}') },
  },
  {
    name: 'HELLO reply',
    hex: '0000008b0001000200c80000000000000000000000000000000000bb000000000000000000077b226d61785f6672616d65223a313034383537362c226d61785f696e666c69676874223a36342c22666c6167735f737570706f72746564223a3235352c2276657273696f6e73223a5b315d2c227472616e73706f727473223a5b227463702b746c73225d7d',
    frame: {
      ...none,
      flags: flag.RESP,
      code: 200,
      tenant: tenant('bb'),
      corrId: 7n,
      payload: text(upstreamReply),
    },
  },
  {
    name: 'START with a capability',
    hex: '000000410001000900000064000000000000000000000000000000cc001b00000000000000636d616361726f6f6e3a73636f70653d726561643a74746c3d363073',
    frame: {
      ...none,
      flags: flag.REQ | flag.START,
      appProtoId: 100,
      tenant: tenant('cc'),
      corrId: 99n,
      cap: text('macaroon:scope=read:ttl=60s'),
    },
  },
  {
    name: 'RESP 200',
    hex: '000000310001000200c800c8000000000000000000000000000000dd0000000000000000007b68656c6c6f20776f726c64',
    frame: { ...dd, flags: flag.RESP, payload: text('hello world') },
  },
  {
    name: 'RESP END ACK_REQ',
    hex: '000000260001003200c800c8000000000000000000000000000000dd0000000000000000007b',
    frame: { ...dd, flags: flag.RESP | flag.END | flag.ACK_REQ },
  },
]
